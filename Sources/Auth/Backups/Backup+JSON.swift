public import Base

extension Backup {
    public func write(to json: inout JSONWriter) {
        json.object { json in writeMembers(to: &json) }
    }

    /// The same by itself.
    public var json: [UInt8] { JSONWriter.object { json in writeMembers(to: &json) } }

    private func writeMembers(to json: inout JSONWriter) {
        json.member("name", name)
        json.member("size", byteCount)
        json.member("made_at", madeAt)
    }
}

extension StorageUsage {
    public func write(to json: inout JSONWriter) {
        json.member("at", at)
        json.object("database") { json in
            json.member("bytes", databaseByteCount)
            json.member("unused_bytes", unusedByteCount)
            json.array("groups") { json in
                for group in groups {
                    json.object { json in
                        json.member("name", group.name)
                        json.member("bytes", group.byteCount)
                    }
                }
            }
        }
        json.object("log") { json in json.member("bytes", logByteCount) }
        json.object("search") { json in json.member("bytes", searchByteCount) }
        json.object("files") { json in files.write(to: &json) }
        json.object("uploads") { json in uploads.write(to: &json) }
        json.object("backups") { json in backups.write(to: &json) }
        json.object("disk") { json in
            json.member("free_bytes", freeByteCount)
            json.member("bytes", diskByteCount)
        }
    }
}

extension StorageUsage.Files {
    func write(to json: inout JSONWriter) {
        json.member("count", count)
        json.member("bytes", byteCount)
    }
}
