/// The commit that a release was made of; `nil` in a build of one's own. `scripts/release_package.py` writes this
/// file anew for a release.
let releaseCommit: String? = nil
