internal import CCurl
package enum HTTP { package static var v: String { String(cString: curl_version()) } }
