/// What may happen in a world, and what is wrong with it on purpose.
struct Plan {
    var hasCrashes = true
    var plant: Plant?

    static let usual = Plan()

    init(plant: Plant? = nil) { self.plant = plant }
}
