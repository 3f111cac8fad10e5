/// The properties of a group by name, from which a modified group can be made.
///
/// Swift finds properties by name to read them (`Mirror`) but not to write them. A struct's
/// synthesized decoding, however, asks for every property by its name: so this is a decoder that
/// returns properties as they are.
struct SettingsParts {
  /// Names and properties, in the order of their declarations.
  private(set) var parts: [(name: String, part: Any)]

  /// The properties of `group`.
  init(of group: some SettingsGroup) {
    parts = Mirror(reflecting: group).children.map { child in
      // The stored property behind a wrapped one begins with an underscore.
      (String((child.label ?? "").trimmingPrefix("_")), child.value)
    }
  }

  /// The property called `name`.
  subscript(name: String) -> Any? {
    get { parts.first { $0.name == name }?.part }
    set { parts = parts.compactMap { $0.name == name ? newValue.map { (name, $0) } : $0 } }
  }
}

extension SettingsParts: Decoder {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Container<Key>(parts: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.unused }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Self.unused }

  /// The error for what synthesized decoding never uses.
  private static var unused: DecodingError {
    .dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: "not part of a group"))
  }

  private struct Container<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let parts: SettingsParts

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { parts.parts.compactMap { Key(stringValue: $0.name) } }
    func contains(_ key: Key) -> Bool { parts[key.stringValue] != nil }
    func decodeNil(forKey key: Key) -> Bool { !contains(key) }

    func decode<Part: Decodable>(_: Part.Type, forKey key: Key) throws -> Part {
      guard let part = parts[key.stringValue] as? Part else { throw unused }
      return part
    }
    func decode(_: Bool.Type, forKey key: Key) throws -> Bool { throw unused }
    func decode(_: String.Type, forKey key: Key) throws -> String { throw unused }
    func decode(_: Double.Type, forKey key: Key) throws -> Double { throw unused }
    func decode(_: Float.Type, forKey key: Key) throws -> Float { throw unused }
    func decode(_: Int.Type, forKey key: Key) throws -> Int { throw unused }
    func decode(_: Int8.Type, forKey key: Key) throws -> Int8 { throw unused }
    func decode(_: Int16.Type, forKey key: Key) throws -> Int16 { throw unused }
    func decode(_: Int32.Type, forKey key: Key) throws -> Int32 { throw unused }
    func decode(_: Int64.Type, forKey key: Key) throws -> Int64 { throw unused }
    func decode(_: UInt.Type, forKey key: Key) throws -> UInt { throw unused }
    func decode(_: UInt8.Type, forKey key: Key) throws -> UInt8 { throw unused }
    func decode(_: UInt16.Type, forKey key: Key) throws -> UInt16 { throw unused }
    func decode(_: UInt32.Type, forKey key: Key) throws -> UInt32 { throw unused }
    func decode(_: UInt64.Type, forKey key: Key) throws -> UInt64 { throw unused }

    func nestedContainer<Nested: CodingKey>(
      keyedBy: Nested.Type, forKey: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw unused }
    func nestedUnkeyedContainer(forKey: Key) throws -> any UnkeyedDecodingContainer { throw unused }
    func superDecoder() throws -> any Decoder { throw unused }
    func superDecoder(forKey: Key) throws -> any Decoder { throw unused }
  }
}
