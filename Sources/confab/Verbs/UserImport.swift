internal import Admin
internal import Base
internal import Glibc

/// `confab user import FILE`: makes an account of each row of a file.
enum UserImport {
    static func run(_ values: SettingValues) async throws {
        guard values.words.count == 1 else { throw UsageError("usage: confab user import FILE [--data DIR]") }
        var created = 0, existing = 0, refused = 0
        try await OperatorDoor.open(values) { post in
            func send(_ rows: [ImportRow]) async throws {
                guard !rows.isEmpty else { return }
                let body = JSONWriter.object { json in
                    json.array("rows") { json in
                        for row in rows { row.write(to: &json) }
                    }
                }
                for row in try await post("/operator/users/import", body)["rows"]?.elements ?? [] {
                    switch row["outcome"]?.string {
                    case "created": created += 1
                    case "exists": existing += 1
                    default:
                        refused += 1
                        complain(line: row["line"]?.integer ?? 0, row["detail"]?.string ?? "refused")
                    }
                }
            }
            var reader = try reader(of: values.words[0])
            var rows: [ImportRow] = []
            while let next = reader.next() {
                switch next {
                case .success(let row): rows.append(row)
                case .failure(let fault):
                    refused += 1
                    complain(line: Int64(fault.line), fault.detail)
                }
                // Small enough for one request, also where the rows are long.
                if rows.count == 100 {
                    try await send(rows)
                    rows = []
                }
            }
            try await send(rows)
        }
        Output.line("\(created) created, \(existing) already there, \(refused) refused")
        if refused > 0 { throw ToldFailure() }
    }

    private static func complain(line: Int64, _ why: String) { Output.complaint("line \(line): \(why)") }

    private static func reader(of path: String) throws -> UserFileReader {
        guard let file = fopen(path, "re") else { throw UsageError("\(path): \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&part, 1, part.count, file)
            guard count > 0, bytes.count <= ImportLimits.fileBytesMax else { break }
            bytes.append(contentsOf: part[..<count])
        }
        do throws(RowFault) {
            return try UserFileReader(bytes)
        } catch {
            throw UsageError("\(path): \(error.detail)")
        }
    }
}
