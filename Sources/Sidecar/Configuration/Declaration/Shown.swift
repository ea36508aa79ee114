/// A value as `config show` and the documentation print it: secrets are gone, units are readable.
indirect enum Shown: Sendable, Equatable {
    case nothing
    case text(String)
    case integer(Int)
    case truth(Bool)
    case list([Shown])
    case map([Member])

    struct Member: Sendable, Equatable {
        let name: String
        let value: Shown
    }
}
