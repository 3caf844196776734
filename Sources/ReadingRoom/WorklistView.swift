package import Storage
package import Worklist

/// The list as it stands, read from the store and ordered now.
package struct WorklistView: Sendable {
    package var store: WorklistStore
    package var ordering: PolicyName
    package var policy: WorklistPolicy

    package init(store: WorklistStore, ordering: PolicyName, policy: WorklistPolicy) {
        self.store = store
        self.ordering = ordering
        self.policy = policy
    }

    /// The places in reading order, at most the first `wanted`; reported studies only where asked for, behind all others.
    package func snapshot(at now: Timestamp, includingReported: Bool = false, first wanted: Int? = nil) throws(StorageError) -> WorklistSnapshot {
        let studies = try store.openStudies(includingReported: includingReported)
        let open = studies.filter { $0.state != .reported }
        var snapshot = WorklistSnapshot(of: open, orderedBy: ordering, under: policy, at: now, first: wanted)
        let reported = WorklistSnapshot(of: studies.filter { $0.state == .reported }, orderedBy: .fifo, under: policy, at: now).items
        for var item in reported {
            if let wanted, snapshot.items.count >= wanted { break }
            item.rank = snapshot.items.count + 1
            snapshot.items.append(item)
        }
        return snapshot
    }

    /// Studies that a person may mean: by Study Instance UID, else by accession number, else by any number that the patient has or had.
    package func studies(named name: String) throws(StorageError) -> [Study] {
        if let uid = UID(name), let study = try store.study(uid) { return [study] }
        let numbered = try store.studies(accessionNumber: name)
        return numbered.isEmpty ? try store.studies(ofPatient: name) : numbered
    }
}
