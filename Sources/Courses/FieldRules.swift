/// Rules that fields of several things share. Each throws `.invalid` with the field's pointer.
enum FieldRules {
    /// More than blanks, and no character that turns the writing around or ends the line.
    static func title(_ text: String, _ pointer: String) throws(CourseRefusal) {
        guard (1...CourseBounds.titleBytesMax).contains(text.utf8.count) else {
            throw .invalid(
                pointer: pointer, code: "invalid_length", detail: "it has 1 to \(CourseBounds.titleBytesMax) bytes")
        }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }),
            !text.unicodeScalars.contains(where: isControl)
        else {
            throw .invalid(
                pointer: pointer, code: "invalid_format", detail: "it is one line, and more than blanks")
        }
    }

    static func text(_ text: String, _ pointer: String, bytesMax: Int) throws(CourseRefusal) {
        guard text.utf8.count <= bytesMax else {
            throw .invalid(pointer: pointer, code: "too_long", detail: "it has at most \(bytesMax) bytes")
        }
    }

    static func count(_ count: Int, _ pointer: String, max: Int) throws(CourseRefusal) {
        guard count <= max else {
            throw .invalid(pointer: pointer, code: "too_many", detail: "there are at most \(max)")
        }
    }

    static func number<Number: BinaryInteger & Sendable>(
        _ number: Number, _ pointer: String, in range: ClosedRange<Number>
    ) throws(CourseRefusal) {
        guard range.contains(number) else {
            throw .invalid(
                pointer: pointer, code: "out_of_range", detail: "it is \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Pages of the web alone: what a link leads to is opened in whoever's browser.
    static func link(_ link: String, _ pointer: String) throws(CourseRefusal) {
        try text(link, pointer, bytesMax: CourseBounds.linkBytesMax)
        guard LinkTarget.isWebPage(link) else {
            throw .invalid(pointer: pointer, code: "invalid_format", detail: "it begins with https:// or http://")
        }
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        // A joiner is a format character too, and makes one of several emoji.
        case .format: scalar.value != 0x200D && scalar.value != 0x200C
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}
