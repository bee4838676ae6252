import Testing

@testable import Wire

@Suite("Content-Disposition") struct ContentDispositionTests {
    @Test(
        arguments: [
            (#"attachment"#, "attachment", nil), (#"ATTACHMENT; filename=a.txt"#, "attachment", "a.txt"),
            (#"attachment; filename="a b.txt""#, "attachment", "a b.txt"),
            (#"attachment;filename="a;b\"c\\d.txt""#, "attachment", #"a;b"c\d.txt"#),
            (#"attachment; filename="C:\dir\a.txt""#, "attachment", #"C:\dir\a.txt"#),
            (#"attachment; filename="naïve.txt""#, "attachment", "naïve.txt"),
            (#"attachment; filename*=UTF-8''na%C3%AFve%20plan.txt"#, "attachment", "naïve plan.txt"),
            (#"attachment; filename="naive.txt"; filename*=utf-8'en'na%C3%AFve.txt"#, "attachment", "naïve.txt"),
            (#"attachment; filename*=utf-8''b.txt; filename=a.txt; other="x";"#, "attachment", "b.txt"),
            (#"form-data; name="file"; filename="""#, "form-data", ""),
        ] as [(String, String, String?)])
    func `is read in the forms that clients write`(text: String, kind: String, filename: String?) {
        let read = ContentDisposition(parsing: text)
        #expect(read?.kind == kind)
        #expect(read?.filename == filename)
    }

    @Test(arguments: [
        "", ";", "\"attachment\"", "attachment filename=a", "attachment; filename", "attachment; filename=",
        #"attachment; filename="a"#, #"attachment; filename="a" b"#, "attachment; filename=a; filename=b",
        "attachment; filename*=a", "attachment; filename*=ISO-8859-1''%E9", "attachment; filename*=UTF-8''%FF",
        "attachment; filename*=UTF-8''%4", #"attachment; filename=a"b""#,
    ])
    func `is refused when it is malformed or says a thing twice`(text: String) {
        #expect(ContentDisposition(parsing: text) == nil)
    }

    @Test(arguments: ["a.txt", "naïve plan.txt", #"quo"te\.txt"#, "日本語.pdf", "100%.txt", "a;b'c*d.txt", "\r\nX: y"])
    func `is written so that every name comes back, and nothing else`(name: String) {
        let written = ContentDisposition(kind: "attachment", filename: name).description
        #expect(written.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(ContentDisposition(parsing: written)?.filename == name)
    }
}
