/// Numbers of one kind under one name, as they are told to who collects them.
public struct MetricFamily: Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// One number: what distinguishes it from the others of its family, and how it stands.
    public struct Sample: Sendable {
        /// Behind the family's name: `_bucket`, `_sum` and `_count` of a histogram.
        var suffix = ""
        public var labels: [(name: String, value: String)]
        public var value: Double
    }

    public let name: String
    public let kind: Kind
    /// What it means, in one line.
    public let meaning: String
    public private(set) var samples: [Sample] = []

    public init(_ name: String, _ kind: Kind, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.meaning = meaning
    }

    public static func counter(_ name: String, _ meaning: String, _ value: Int) -> MetricFamily {
        var family = MetricFamily(name, .counter, meaning)
        family.add(Double(value))
        return family
    }

    public static func gauge(_ name: String, _ meaning: String, _ value: Double) -> MetricFamily {
        var family = MetricFamily(name, .gauge, meaning)
        family.add(value)
        return family
    }

    public static func gauge(_ name: String, _ meaning: String, _ value: Int) -> MetricFamily {
        gauge(name, meaning, Double(value))
    }

    public static func histogram(_ name: String, _ meaning: String, _ reading: HistogramReading) -> MetricFamily {
        var family = MetricFamily(name, .histogram, meaning)
        family.add(reading)
        return family
    }

    public mutating func add(_ value: Double, _ labels: [(name: String, value: String)] = []) {
        samples.append(Sample(labels: labels, value: value))
    }

    public mutating func add(_ value: Int, _ labels: [(name: String, value: String)] = []) {
        add(Double(value), labels)
    }

    /// - Parameter step: of so many bounds the last is told.
    public mutating func add(
        _ reading: HistogramReading, _ labels: [(name: String, value: String)] = [], step: Int = 1
    ) {
        var sum = 0
        for (index, count) in reading.counts.dropLast().enumerated() {
            sum += count
            guard (index + 1).isMultiple(of: step) else { continue }
            let bound = Exposition.number(reading.form.bound(at: index))
            samples.append(Sample(suffix: "_bucket", labels: labels + [("le", bound)], value: Double(sum)))
        }
        let count = Double(reading.count)
        samples.append(Sample(suffix: "_bucket", labels: labels + [("le", "+Inf")], value: count))
        samples.append(Sample(suffix: "_sum", labels: labels, value: Double(reading.total) / reading.form.unit))
        samples.append(Sample(suffix: "_count", labels: labels, value: count))
    }
}
