import Addresses
import Testing

struct WebReferenceTests {
    /// The examples of RFC 3986, sections 5.4.1 and 5.4.2, in its strict reading.
    @Test(arguments: [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"),
        ("..", "http://a/b/"), ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"),
        ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"),
        ("g..", "http://a/b/c/g.."), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"), ("g#s/../x", "http://a/b/c/g#s/../x"), ("http:g", "http:g"),
    ])
    func `References mean what the standard says`(_ reference: String, _ meant: String) {
        let base = WebReference("http://a/b/c/d;p?q")
        #expect(WebReference(reference).resolved(against: base).text == meant)
    }

    @Test(arguments: [
        (" \n/x\r\ny ", "https://a.example/xy"), ("HTTP://b.example/x", "http://b.example/x"),
        ("1:2", "https://a.example/1:2"), ("//b.example", "https://b.example"),
    ])
    func `What pages really hold is understood as well`(_ reference: String, _ meant: String) {
        #expect(WebReference(reference).resolved(against: WebReference("https://a.example")).text == meant)
    }

    @Test func `Only what cannot be sent is encoded`() {
        #expect(PercentText.sendable("/a%20b/ü c?x=<y>&z=[1]") == "/a%20b/%C3%BC%20c?x=%3Cy%3E&z=[1]")
        #expect(PercentText.value("a b&c=ü/?") == "a%20b%26c%3D%C3%BC%2F%3F")
    }
}
