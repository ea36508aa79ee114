/// A value as `config show` and the documentation print it: secrets are gone, units are readable.
package indirect enum Shown: Sendable, Equatable {
    case nothing
    case text(String)
    case integer(Int)
    case truth(Bool)
    case list([Shown])
    case map([Member])

    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: Shown

        package init(name: String, value: Shown) {
            self.name = name
            self.value = value
        }
    }
}
