internal import Channels
internal import Courses
internal import Base

extension Transaction {
    /// Takes out of courses what is a user's.
    mutating func eraseCourses(of user: UserID) throws(StoreFailure) {
        var desk = CourseDesk(self, by: CourseCaller(user: nil))
        do throws(CourseStop) {
            try desk.erase(user)
        } catch {
            if case .failed(let failure) = error { throw failure }
        }
        self = desk.transaction
    }
}
