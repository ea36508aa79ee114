internal import CSimdJSON
package enum JSON { package static var v: String { String(cString: csimdjson_version()) } }
