import Foundation

/// Images of 32 x 24 pixels with red rising to the right, green rising downwards, and blue 40 in
/// the left half and 200 in the right, as libheif's `heif-enc` 1.15 writes them.
enum HEIFFixtures {
  static let heic = decoded(
    """
    AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA\
    AAAAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAACAAGAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHSAAEAAAAA\
    AAABVAACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQ\
    IAAAAAAgAAZ3JpZAAAAADZaXBycAAAALdpcGNvAAAAd2h2Y0MBBAgAAAAAAAAAAAAe8AD8//j4AAAPAyAAAQAXQAEM\
    Af//BAgAAAMAnjgAAAMAAB66AkAhAAEAKkIBAQQIAAADAJ44AAADAAAekAQQILLdVdNc3AgIGBAAAAMAEAAAAwAQgC\
    IAAQAIRAHBcxgwGJAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABRpc3BlAAAAAAAAACAAAAAYAAAAEHBpeGkAAAAAAwgI\
    CAAAABppcG1hAAAAAAAAAAIAAQKBAgACAgOEAAAAGmlyZWYAAAAAAAAADmRpbWcAAgABAAEAAAFcbWRhdAAAAVAoAa\
    8GMgiIeCWArjHXAIfsmdW6ZTWU52seELGuE38xpRcqW8W02N3MwppX91o88fB1KYEcccPbm7oWceorhjw1OOUFMc2I\
    Y1tFXe5tgmOW5WoUYQKkVl6qV6s0X7uM23DwQEo6u1upUClek23nO4i10zSK8eu0eWTq7bex/P5pw5IBPXTSEeVbq6\
    /muqH4mNesBEDW7Dso6/KLmzl3y6kxEaZvePfYIHi/peCzVX95plfjNV2TPIn0yKquyITrurj5jeHQqA6ivUZj5u9+\
    rIltXUOEysZkOsw4Ez17+WkWMi1xjAVhM2TVdXhxLHSiPaaAffVLG25RynxVd4Fs/8i90xAYaX4JeOFyKY/6i+jgHD\
    Q3K/t4subvaikwnJVrlnNmMYY3IhnGmDsPQVu6kacqb12VygAtAcm9OyslezK1PQ0x98/+sGBMK8vIuMNx1Hg=
    """)

  static let avif = decoded(
    """
    AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA\
    AAAAAAAAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAAAcAAAACNpaW5mAAAAAAAB\
    AAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAamlwcnAAAABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADA\
    AAAAAUaXNwZQAAAAAAAAAgAAAAGAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAAHhtZGF0\
    EgAKCRgRP3YIEBA0IDJhEYAAAEA61in/H8dxZ7llkjPdHhRJ8xQaK7Iv1N6BN51iQ9fz56hO/cPKO/5t8HBmqoVWBJ\
    j+M8pnrzIXHUzItkhMLTdul1Gje7gyE2LcnmCkQgqhl1dtyGWLox0li0vhYA==
    """)

  /// An AVIF file of one colour of 8192 x 8192 pixels.
  static let flat = decoded(
    """
    AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA\
    AAAAAAAAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAACygAAACNpaW5mAAAAAAAB\
    AAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAamlwcnAAAABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EfDA\
    AAAAAUaXNwZQAAAAAAACAAAAAgAAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAAtJtZGF0\
    EgAKCx/zP////ggQEDQgMrgFGAyAKaaaRAAAVPUOtBsbuolhRQtnjaVWJDWHw74Z5AeSx0fYrEbYSsbzHH6Pqv2fer\
    rW0GAdfg0yIWTkdLJFKI79HZTfy1vCZQFbLZocOaxtPKjZA/s4i76Jubkt/L9U9Q60Gxu6iWFFC2eNpVYkNYfDvhnk\
    B5LHR9isRthKxvMcfo+q/Z96utbQYB1+DTIhZOR0skUojv0dlN/LW8JlAVstmhw5rG08qNkD+ziLvom5uS38v1T1Dr\
    QbG7qJYUULZ42lViQ1h8O+GeQHksdH2KxG2ErG8xx+j6r9n3q61tBgHX4NMiFk5HSyRSiO/R2U38tbwmUBWy2aHDms\
    bTyo2QP7OIu+ibm5Lfy/VPUOtBsbuolhRQtnjaVWJDWHw74Z5AeSx0fYrEbYSsbzHH6Pqv2ferrW0GAdfg0yIWTkdL\
    JFKI79HZTfy1vCZQFbLZocOaxtPKjZA/s4i76Jubkt/L9U9Q60Gxu6iWFFC2eNpVYkNYfDvhnkB5LHR9isRthKxvMc\
    fo+q/Z96utbQYB1+DTIhZOR0skUojv0dlN/LW8JlAVstmhw5rG08qNkD+ziLvom5uS38v1T1DrQbG7qJYUULZ42lVi\
    Q1h8O+GeQHksdH2KxG2ErG8xx+j6r9n3q61tBgHX4NMiFk5HSyRSiO/R2U38tbwmUBWy2aHDmsbTyo2QP7OIu+ibm5\
    Lfy/VPUOtBsbuolhRQtnjaVWJDWHw74Z5AeSx0fYrEbYSsbzHH6Pqv2ferrW0GAdfg0yIWTkdLJFKI79HZTfy1vCZQ\
    FbLZocOaxtPKjZA/s4i76Jubkt/L/1DrQbG7qJYUULZ42lViQ1h8O+GeQHksdH2KxG2ErG8xx+j6r9n3q61tBgHX4N\
    MiFk5HSyRSiO/R2U38tbwmUBWy2aHDmsbTyo2QP7OIu+ibm5Lfy/
    """)

  /// The AVIF file with EXIF data of an orientation of 6 and of a maker.
  static let withEXIF = decoded(
    """
    AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAASttZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAA\
    AAAAAAAA5waXRtAAAAAAABAAAANGlsb2MAAAAAREAAAgABAAAAAAFPAAEAAAAAAAAASgACAAAAAAGZAAEAAAAAAAAAMAAA\
    ADhpaW5mAAAAAAACAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAFWluZmUCAAABAAIAAEV4aWYAAAAAamlwcnAAAABLaXBjbw\
    AAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAAAAAgAAAAGAAAABBwaXhpAAAAAAMICAgAAAAX\
    aXBtYQAAAAAAAAABAAEEgYIDhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAgm1kYXQSAAoGGBE/dgQgMj4WQAYYYY\
    QAXwwUJ7izTJjDDAXSpIk9XkcJ//2es88ZlFIT6t1n1K2YC/GLdxxSIv1UieP0y8S2PapAn4Zh6wAAAABNTQAqAAAACAAC\
    AQ8AAgAAAAYAAAAmARIAAwAAAAEABgAAAAAAAE1ha2VyAA==
    """)

  /// The file ``withEXIF`` with `properties` of its image, each a type and a value, in order.
  static func transformed(_ properties: [(type: String, value: UInt8)]) -> [UInt8] {
    var file = withEXIF
    // Where the box called `name` begins; each is there once.
    func start(_ name: String) -> Int {
      file.indices.first { file[$0...].starts(with: Array(name.utf8)) }.map { $0 - 4 } ?? 0
    }
    func add(_ count: Int, to place: Int) {
      let sum = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } + count
      file.replaceSubrange(place..<place + 4, with: big32(sum))
    }
    for (index, property) in properties.enumerated() {
      // The sizes of all boxes around, and the places of what follows.
      let box = big32(9) + Array(property.type.utf8) + [property.value]
      let locations = start("iloc")
      for item in 0..<2 { add(box.count + 1, to: locations + 16 + item * 18 + 10) }
      add(box.count + 1, to: start("meta"))
      add(box.count + 1, to: start("iprp"))
      add(1, to: start("ipma"))
      add(box.count, to: start("ipco"))
      // The reference to the property, which is the fifth or a later one, and the property.
      let references = start("ipma") + 18
      file[references] += 1
      file.insert(UInt8(0x80 + 5 + index), at: references + Int(file[references]))
      file.insert(contentsOf: box, at: start("ipma"))
    }
    return file
  }

  private static func decoded(_ text: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: text) ?? Data())
  }

  /// The colour of a pixel.
  static func color(_ x: Int, _ y: Int) -> [Int] { [x * 8, y * 10, x < 16 ? 40 : 200] }

  /// A file of an item that is made of `counts[0]` times the same item, that one of `counts[1]`
  /// times another, and so on; there is nothing else in it.
  static func nested(_ counts: [Int]) -> [UInt8] {
    func box(_ name: String, _ content: [UInt8]) -> [UInt8] {
      big32(content.count + 8) + Array(name.utf8) + content
    }
    let references = counts.enumerated().flatMap { level, count in
      box(
        "dimg",
        big16(level + 1) + big16(count) + (0..<count).flatMap { _ in big16(level + 2) })
    }
    let start = box("ftyp", Array("heic".utf8) + big32(0) + Array("mif1heic".utf8))
    return start + box("meta", big32(0) + box("iref", big32(0) + references))
  }

  private static func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

  private static func big32(_ value: Int) -> [UInt8] { big16(value >> 16) + big16(value & 65535) }
}
