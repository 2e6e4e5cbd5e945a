#include "core/train/ranks/told_options.h"

#include <algorithm>
#include <cstdint>

#include "core/dist/values.h"

namespace alexnet {
namespace {

const std::string* Find(const std::vector<KeyValue>& entries,
                        const std::string& key) {
  const auto found = std::ranges::find(entries, key, &KeyValue::key);
  return found != entries.end() ? &found->value : nullptr;
}

// One more thing that is not the same.
void Append(const std::string& key, const std::string* rank0,
            const std::string* rank, std::string* difference) {
  const auto words = [](const std::string* value) {
    if (value == nullptr) return std::string("not given");
    return value->empty() ? std::string("empty") : *value;
  };
  *difference += fmt::format("{}{} is {} here and {} on rank 0",
                             difference->empty() ? "" : "; ", key, words(rank),
                             words(rank0));
}

// Each key and value with a zero behind it.
std::string Pack(const std::vector<KeyValue>& entries) {
  std::string packed;
  for (const KeyValue& entry : entries) {
    for (const std::string& text : {entry.key, entry.value}) {
      packed.append(text.c_str()).push_back('\0');
    }
  }
  return packed;
}

std::vector<KeyValue> Unpack(const std::string& packed) {
  std::vector<KeyValue> entries;
  for (size_t i = 0; i < packed.size();) {
    KeyValue entry;
    for (std::string* text : {&entry.key, &entry.value}) {
      *text = packed.data() + i;
      i += text->size() + 1;
    }
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace

std::string DifferenceOf(const std::vector<KeyValue>& rank0,
                         const std::vector<KeyValue>& rank) {
  std::string difference;
  for (const KeyValue& entry : rank) {
    const std::string* const other = Find(rank0, entry.key);
    if (other == nullptr || *other != entry.value) {
      Append(entry.key, other, &entry.value, &difference);
    }
  }
  for (const KeyValue& entry : rank0) {
    if (Find(rank, entry.key) == nullptr) {
      Append(entry.key, &entry.value, nullptr, &difference);
    }
  }
  return difference;
}

Status CompareWithRank0(const ToldOptions& told, Communicator& comm) {
  std::string text = Pack(told.entries());
  auto size = static_cast<int64_t>(text.size());
  ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&size, comm));
  text.resize(static_cast<size_t>(size));
  ALEXNET_RETURN_IF_ERROR(
      comm.Broadcast(text.data(), size, ElementType::kByte, /*root=*/0));
  ALEXNET_RETURN_IF_ERROR(comm.Finish());
  const std::string difference = DifferenceOf(Unpack(text), told.entries());
  if (!difference.empty()) {
    return FailedPreconditionError(
        difference + "; start the same program with the same options on all");
  }
  // None goes on before all have been found to agree.
  ALEXNET_RETURN_IF_ERROR(comm.Barrier());
  return comm.Finish();
}

}  // namespace alexnet
