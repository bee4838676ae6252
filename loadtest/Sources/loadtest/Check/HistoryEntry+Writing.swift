extension HistoryEntry {
    /// The line, with its end. Strings are written as they were read: escaped already, or without need of it.
    var line: String {
        var line = #"{"t":\#(time),"op":"\#(operation.rawValue)""#
        func add(_ name: String, _ value: String) { if !value.isEmpty { line += #","\#(name)":"\#(value)""# } }
        func add(_ name: String, _ value: Int) { if value != 0 { line += #","\#(name)":\#(value)"# } }
        func add(_ name: String, _ value: Bool) { if value { line += #","\#(name)":true"# } }
        add("asked", Int(asked))
        add("who", who)
        add("socket", socket)
        add("channel", channel)
        add("key", key)
        add("sender", sender)
        add("text", text ?? "")
        add("number", number)
        add("seq", seq)
        add("last_seq", lastSeq)
        add("state", state?.rawValue ?? "")
        add("code", code)
        add("duplicate", isDuplicate)
        add("deleted", isDeleted)
        add("comes", comes)
        add("after", after)
        add("limit", limit)
        add("has_more", hasMore)
        if operation == .page || operation == .final {
            line += #","messages":[\#(messages.map(\.json).joined(separator: ","))]"#
        }
        return line + "}\n"
    }
}

extension LoggedMessage {
    fileprivate var json: String {
        var json = #"{"number":\#(number),"seq":\#(seq),"sender":"\#(sender)","key":"\#(key)""#
        if let text { json += #","text":"\#(text)""# }
        if isDeleted { json += #","deleted":true"# }
        return json + "}"
    }
}
