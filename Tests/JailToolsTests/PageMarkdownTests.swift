import Testing

@testable import JailTools

/// HTML to Markdown: what a reader sees, and nothing of what is around it.
struct PageMarkdownTests {
    private func markdown(_ html: String, at address: String = "https://example.org/docs/page") -> String {
        PageMarkdown.of(Array(html.utf8), at: address).text
    }

    @Test(arguments: [
        ("<h1>A</h1><h3>B <em>c</em></h3><p>d</p>", "# A\n\n### B *c*\n\nd"),
        ("<p>a<p>b", "a\n\nb"),
        ("<p> a \n b&nbsp;c </p>", "a b c"),
        ("a<br>b<br><br>c", "a  \nb\n\nc"),
        ("<p>a <b> b </b>c</p><b></b>", "a **b** c"),
        ("<p><b><i>x</i></b> <del>y</del></p>", "***x*** ~~y~~"),
        ("<b><p>x</p></b>", "x"),
        ("<p>2 * 3 `x` # a</p><p># b</p><p>- c</p>", "2 \\* 3 \\`x\\` # a\n\n\\# b\n\n\\- c"),
        ("<hr><p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<p>x<sup>2</sup> H<sub>2</sub>O</p>", "x^2 H_2O"),
        ("<p>&lt;b&gt; &amp; &eacute; &#x1F600; &copy</p>", "<b> & é 😀 ©"),
        ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\n\nc"),
        ("<p>x</p><blockquote>a<blockquote>b</blockquote></blockquote>", "x\n\n> a\n>\n> > b"),
        ("<dl><dt>T</dt><dd>one</dd><dd>two</dd><dt>U</dt><dd>three</dd></dl>", "T\n: one\n: two\nU\n: three"),
        ("<details><summary>More</summary>text</details>", "**More**\n\ntext"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢 (kan)"),
    ])
    func `Words and paragraphs`(_ html: String, _ expected: String) {
        #expect(markdown(html) == expected)
    }

    @Test(arguments: [
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol start=3><li>a<li>b<li value=9>c</ol>", "3. a\n4. b\n9. c"),
        ("<p>x</p><ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul><p>y</p>", "x\n\n- a\n  - b\n    1. c\n- d\n\ny"),
        ("<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>", "- a\n\n  b\n- c"),
        ("<ul><li></li><li><ul><li>x</ul></li></ul>", "- - x"),
        ("<ul><li>a<pre>x\ny</pre></li></ul>", "- a\n\n  ```\n  x\n  y\n  ```"),
        (
            "<ul><li><input type=checkbox checked>done</li><li><input type=checkbox>open</li></ul>",
            "- [x] done\n- [ ] open"
        ),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n- b"),
    ])
    func `Lists`(_ html: String, _ expected: String) {
        #expect(markdown(html) == expected)
    }

    @Test(arguments: [
        ("<pre><code class='language-swift hl'>let a = 1\n  *b*</code></pre>", "```swift\nlet a = 1\n  *b*\n```"),
        ("<div class='highlight-source-rust'><pre>fn</pre></div>", "```rust\nfn\n```"),
        ("<pre>a\n```\nb</pre>", "````\na\n```\nb\n````"),
        ("<pre><span>a</span><br>b</pre>", "```\na\nb\n```"),
        ("<pre>  </pre>x", "x"),
        ("<p>use <code>a  b</code> or <code>`x`</code></p>", "use `a b` or `` `x` ``"),
        ("<pre class='language-<script>'>x</pre>", "```\nx\n```"),
    ])
    func `Code`(_ html: String, _ expected: String) {
        #expect(markdown(html) == expected)
    }

    @Test(arguments: [
        ("<a href='/x'>a</a>", "[a](https://example.org/x)"),
        ("<a href='../y?q=a b#c'>a</a>", "[a](https://example.org/y?q=a%20b#c)"),
        ("<a href='//other.example/(z)'>a</a>", "[a](https://other.example/%28z%29)"),
        ("<a href='javascript:alert(1)'>a</a> <a href='data:text/html,x'>b</a>", "a b"),
        ("<a href='mailto:a@b.example'>m</a>", "[m](mailto:a@b.example)"),
        ("<h2>T<a href='#t'>¶</a></h2><a href='#u'>see</a>", "## T\n\nsee"),
        ("<a href=/x><h3>Card</h3><p>text</p></a>", "[Card text](https://example.org/x)"),
        ("<a href=/x><svg><title>no</title></svg></a>ok", "ok"),
        ("<a href=/x><b> a </b></a>", "[**a**](https://example.org/x)"),
        ("<img src='i.png' alt='A  cat'><img src=x.gif>", "![A cat](https://example.org/docs/i.png)"),
        ("<img alt=dot src='data:image/gif;base64,AAAA'>", "![dot]()"),
        ("<base href='https://cdn.example/b/'><a href=c>a</a>", "[a](https://cdn.example/b/c)"),
        ("<base href='file:///etc/'><a href=c>a</a>", "[a](https://example.org/docs/c)"),
    ])
    func `Links and images`(_ html: String, _ expected: String) {
        #expect(markdown(html) == expected)
    }

    @Test(arguments: [
        (
            "<table><caption>C</caption><thead><tr><th>a<th>b</thead><tr><td>1|2<td><b>x</b></table>",
            "**C**\n\n| a | b |\n| --- | --- |\n| 1\\|2 | **x** |"
        ),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "|  |  |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |"),
        (
            "<table><tr><th>a<th>b<th>c<tr><td rowspan=2>1<td colspan=2>2<tr><td>3<td>4</table>",
            "| a | b | c |\n| --- | --- | --- |\n| 1 | 2 |  |\n|  | 3 | 4 |"
        ),
        ("<table><tr><td>x<br>y<td><ul><li>p<li>q</ul></table>", "|  |  |\n| --- | --- |\n| x y | p q |"),
        ("<table><tr><td><h2>T</h2><p>layout</p></td></tr></table>", "## T\n\nlayout"),
        ("<table><tr><td>only</td></tr></table>", "only"),
    ])
    func `Tables`(_ html: String, _ expected: String) {
        #expect(markdown(html) == expected)
    }

    @Test(arguments: [
        "<script>x</script>", "<style>x</style>", "<!-- x -->", "<noscript>x</noscript>", "<template>x</template>",
        "<nav>x</nav>", "<footer>x</footer>", "<aside>x</aside>", "<div hidden>x</div>",
        "<p style='display : none'>x</p>",
        "<span aria-hidden=true>x</span>", "<svg><text>x</text></svg>", "<button>x</button>", "<iframe>x</iframe>",
        "<div role=navigation>x</div>", "<select><option>x</select>", "<textarea>x</textarea>",
        "\u{200B}\u{E0041}\u{AD}",
    ])
    func `What nobody reads is left out`(_ html: String) {
        #expect(markdown("<p>before</p>\(html)<p>after</p>") == "before\n\nafter")
    }

    @Test func `The content that the page names comes alone, with its notes`() {
        let page = "<header>site</header><div>ad</div><main><h1>T</h1><aside>note</aside></main><div>more</div>"
        #expect(markdown(page) == "# T\n\nnote")
        #expect(markdown("<nav>only this</nav>") == "only this")
    }

    @Test func `The title is the page's own`() {
        let page = PageMarkdown.of(
            Array("<svg><title>no</title></svg><title> A\n b </title>".utf8), at: "https://a.example")
        #expect(page.title == "A b")
    }

    @Test(arguments: [200_000, 20_000]) func `A page of nothing but opening tags comes to an end`(_ count: Int) {
        for tag in ["<b>", "<blockquote>", "<ul><li>", "<table><tr><td>"] {
            _ = markdown(String(repeating: tag, count: count / 100) + "x")
        }
        #expect(markdown(String(repeating: "<span>", count: count / 10) + "deep").hasSuffix("deep"))
    }

    @Test func `What is too long is cut and says so`() {
        let page = PageMarkdown.of(
            Array(String(repeating: "<p>abcdef</p>", count: 1000).utf8), at: "https://a.example", bytesMax: 100)
        #expect(page.isCut && page.text.utf8.count <= 100 && page.text.hasPrefix("abcdef\n\nabcdef"))
    }

    @Test func `An empty page is an empty text`() {
        for html in ["", " ", "<html></html>", "\0", "<p>"] { #expect(markdown(html) == "" || html == "\0") }
    }
}
