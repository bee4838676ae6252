internal import Glibc

extension [UInt8] {
    /// Where these bytes stand for the first time at `start` or behind it. C looks for them, because a debug build of
    /// ours takes seconds for a database.
    public func firstPlace(of part: [UInt8], from start: Int = 0) -> Int? {
        withUnsafeBytes { bytes in
            part.withUnsafeBytes { part in
                guard let begin = bytes.baseAddress, let wanted = part.baseAddress, let first = part.first else {
                    return nil
                }
                var index = start
                while index + part.count <= bytes.count {
                    let rest = bytes.count - part.count - index + 1
                    guard let next = memchr(begin + index, CInt(first), rest) else { return nil }
                    index = UnsafeRawPointer(next) - begin
                    if memcmp(begin + index, wanted, part.count) == 0 { return index }
                    index += 1
                }
                return nil
            }
        }
    }

    /// Every place where these bytes stand.
    public func places(of part: [UInt8]) -> [Int] {
        var places: [Int] = []
        while let next = firstPlace(of: part, from: places.last.map { $0 + 1 } ?? 0) { places.append(next) }
        return places
    }
}
