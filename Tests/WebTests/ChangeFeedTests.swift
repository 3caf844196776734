import Testing
import Web

@Suite struct ChangeFeedTests {
    @Test func whoeverComesHearsThePresentNumberAtOnce() async throws {
        let feed = ChangeFeed(maximumStreams: 2)
        feed.publish(7)
        var changes = try feed.subscribe().makeAsyncIterator()
        #expect(await changes.next() == 7)
        feed.publish(8)
        #expect(await changes.next() == 8)
    }

    @Test func aSlowReaderHearsTheNewestAlone() async throws {
        let feed = ChangeFeed(maximumStreams: 2)
        var changes = try feed.subscribe().makeAsyncIterator()
        for change in 1...100 as ClosedRange<Int64> { feed.publish(change) }
        #expect(await changes.next() == 100)
    }

    @Test func oneTooManyIsTurnedAwayUntilAnotherHasGone() async throws {
        let feed = ChangeFeed(maximumStreams: 1)
        let first = Task { [changes = try feed.subscribe()] in for await _ in changes {} }
        #expect(throws: WebRefusal.self) { _ = try feed.subscribe() }
        first.cancel()
        await first.value
        #expect(feed.streams == 0)
        _ = try feed.subscribe()
    }

    @Test func closingEndsEveryStream() async throws {
        let feed = ChangeFeed(maximumStreams: 2)
        let changes = try feed.subscribe()
        feed.close()
        var count = 0
        for await _ in changes { count += 1 }
        #expect(count <= 1)
        #expect(throws: WebRefusal.self) { _ = try feed.subscribe() }
    }
}
