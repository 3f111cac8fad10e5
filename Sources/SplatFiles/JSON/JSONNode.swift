/// A value of a JSON text, or the name of a member.
struct JSONNode: BitwiseCopyable {
  /// Where it starts in the text.
  var offset: UInt32
  /// The number of the first node that is not in it.
  var end: UInt32
}
