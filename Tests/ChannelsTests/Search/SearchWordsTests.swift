import Testing

@testable import Channels

@Suite("Words of a search") struct SearchWordsTests {
    private func terms(_ text: String) -> [String] {
        var words = SearchWords(Array(text.utf8)), terms: [String] = []
        while words.next() { terms.append(String(decoding: words.term, as: UTF8.self)) }
        return terms
    }

    @Test(arguments: [
        ("", []), ("  ,.!  ", []), ("Hello, World", ["hello", "world"]), ("foo_bar-3.14", ["foo", "bar", "3", "14"]),
        ("Crème BRÛLÉE", ["creme", "brulee"]), ("cre\u{300}me", ["creme"]), ("Łódź ÅNGSTRÖM", ["lodz", "angstrom"]),
        ("ΟΔΥΣΣΕΎΣ", ["οδυσσευσ"]), ("Ёлка Йод", ["елка", "иод"]), ("Việt Nam", ["viet", "nam"]),
        ("كِتَاب", ["كتاب"]), ("हिन्दी", ["हिन्दी"]), ("ＡＢＣ１２", ["abc12"]), ("a\u{AD}b", ["ab"]),
    ])
    func `are in lower case and without accents`(text: String, words: [String]) {
        #expect(terms(text) == words)
    }

    @Test(arguments: [
        ("世界", ["世界", "界"]), ("猫", ["猫"]), ("子猫が", ["子猫", "猫が", "が"]),
        ("使用Swift语言", ["使用", "用", "swift", "语言", "言"]), ("你好，世界", ["你好", "好", "世界", "界"]),
        ("안녕하세요", ["안녕", "녕하", "하세", "세요", "요"]), ("🍕🍺 ok", ["🍕🍺", "🍺", "ok"]), ("が", ["が"]),
        ("データ", ["デー", "ータ", "タ"]), ("𠀋𠀌", ["𠀋𠀌", "𠀌"]),
    ])
    func `are pairs where nothing stands between words`(text: String, words: [String]) {
        #expect(terms(text) == words)
    }

    @Test func `say where they stand`() {
        var words = SearchWords(Array("ab 世界".utf8)), ranges: [Range<Int>] = []
        while words.next() { ranges.append(words.range) }
        #expect(ranges == [0..<2, 3..<9, 6..<9])
    }

    @Test func `are told by their beginning when they are long, and bytes that are no text take them apart`() {
        #expect(terms(String(repeating: "x", count: 1_000)) == [String(repeating: "x", count: 64)])
        var words = SearchWords([0x61, 0xFF, 0x62, 0xE4, 0xB8, 0x63, 0xF0, 0x9F]), found: [[UInt8]] = []
        while words.next() { found.append(words.term) }
        #expect(found == [[0x61], [0x62], [0x63]])
    }
}

@Suite("Tags") struct SearchTagsTests {
    @Test(arguments: [
        ("no tags", []), ("#swift and #Vapor!", ["swift", "Vapor"]), ("a#b ##c &#39; #42", []), ("(#日本語)", ["日本語"]),
        ("#a_b #größe", ["a_b", "größe"]), ("#", []),
    ])
    func `are what is written behind a sign that begins a word`(text: String, tags: [String]) {
        #expect(SearchTags.words(in: Array(text.utf8)) == tags)
    }

    @Test func `are the same whatever the case and the accents, and never hold what takes words apart`() {
        #expect(SearchTags.fold("Größe") == Array("große".utf8))
        #expect(SearchTags.fold("ÉTÉ") == SearchTags.fold("ete"))
        #expect(SearchTags.fold("a b\"c\u{1}d") == Array("a_b_c_d".utf8))
        #expect(SearchTags.fold("c++") == Array("c++".utf8))
    }
}
