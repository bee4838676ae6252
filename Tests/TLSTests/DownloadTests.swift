import Testing

/// Files over TLS, as curl takes them.
@Suite("Downloads over TLS") struct DownloadTests {
    @Test func `a file comes whole, slowly, in parts, and compressed`() throws {
        let directory = try TestDirectory()
        let made = try Program.run(
            [
                "sh", "-c",
                "mkdir $0 && cd $0 && echo hi >index.html && seq 9999 >n.txt && head -c 3000000 $1 >large.bin",
                directory.file("page"), "/dev/urandom",
            ], in: directory)
        #expect(made.status == 0, "\(made.text)")
        let server = try TLSServer(directory, page: directory.file("page"))
        let script = """
            set -e
            cd "$1"
            get() { curl --silent --show-error --noproxy '*' --cacert localhost.crt "$@"; }
            get -o whole "$0/large.bin" && cmp whole page/large.bin && echo whole
            get --limit-rate 2M -o slow "$0/large.bin" && cmp slow page/large.bin && echo slowly
            head -c 1000000 page/large.bin >rest
            get -C - -o rest "$0/large.bin" && cmp rest page/large.bin && echo resumed
            get -r 5-9 "$0/large.bin" | cmp - <(tail -c +6 page/large.bin | head -c 5) && echo part
            get --compressed -o text "$0/n.txt" && cmp text page/n.txt && echo compressed
            get -z whole -o /dev/null -w '%{http_code}\\n' "$0/large.bin"
            get -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}' "$0/large.bin" "$0/" "$0/n.txt"
            """
        let told = try Program.run(["bash", "-c", script, server.url, directory.path], in: directory)
        #expect(
            told.text.split(separator: "\n").map(String.init)
                == ["whole", "slowly", "resumed", "part", "compressed", "304", "100"])
    }
}
