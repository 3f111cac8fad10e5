/// Arrays of floats in NumPy's file format, version 1.0.
public enum NPYFile {
  /// Writes `values`, in the order of C, as an array of `shape` to `path`.
  public static func write(_ values: [Float], shape: [Int], to path: String) throws(FileError) {
    precondition(shape.reduce(1, *) == values.count, "as many values as the shape holds")
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    // The data starts at a multiple of 64 bytes, after the magic, two lengths and a line feed.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var out = LittleEndianBytes()
    out.bytes = [0x93] + Array("NUMPY".utf8) + [1, 0]
    out.append(UInt16(header.utf8.count))
    out.bytes += Array(header.utf8)
    let data = values.map(\.bitPattern.littleEndian)
    unsafe out.bytes += data.withUnsafeBytes { unsafe [UInt8]($0) }
    try FileOutput.write(out.bytes, to: path)
  }
}
