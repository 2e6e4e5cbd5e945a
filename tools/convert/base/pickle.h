// Pickles of foreign files, read with this library's errors
// (core/base/pickle.h), and written.

#ifndef ALEXNET_TOOLS_CONVERT_BASE_PICKLE_H_
#define ALEXNET_TOOLS_CONVERT_BASE_PICKLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/pickle.h"
#include "tools/convert/base/byte_reader.h"

namespace alexnet::convert {

// One pickle from `reader`, which stands after its STOP then. Throws.
inline Pickle ReadPickle(ByteReader& reader, const PickleOptions& options) {
  ByteReader ahead = reader;
  Pickle pickle = Check(Pickle::Read(ahead.Take(ahead.left()), options));
  reader.Skip(pickle.bytes_read());
  return pickle;
}

// Pickle::Find, which throws Damaged where the key occurs twice.
inline PickleRef FindKey(PickleRef dict, std::string_view key) {
  return Check(Pickle::Find(dict, key));
}

// Pickles written: of protocols 2 and 3, enough for a state dict and a dict of
// arrays.
class PickleWriter {
 public:
  explicit PickleWriter(std::string& out) : out_(out) {}  // appends
  void Proto(char version = 2);
  void Global(std::string_view module, std::string_view name);
  void Text(std::string_view utf8);
  void ByteString(std::string_view bytes);  // SHORT_BINSTRING, Python 2 str
  void Integer(int64_t value);
  void Bool(bool value);
  void None();
  void Mark();
  void Tuple();  // of all since Mark
  void EmptyTuple();
  void EmptyDict();
  void SetItems();  // pairs since Mark into the dict below
  void EmptyList();
  void Appends();
  void Reduce();
  void Build();
  void PersistentId();  // of the value on top
  void Stop();

 private:
  std::string& out_;
};

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_BASE_PICKLE_H_
