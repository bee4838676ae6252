import Auth
import Base
import Testing

@Suite("User UUID") struct UserUUIDTests {
    @Test(arguments: 1...50 as ClosedRange<UInt64>) func `is of version four and the common variant`(seed: UInt64)
        throws
    {
        var random = RandomSource(seed: seed)
        let uuid = UserUUID.make(random: &random)
        let pattern = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
        #expect(uuid.wholeMatch(of: pattern) != nil)
        #expect(UserUUID.make(random: &random) != uuid)
    }
}
