#include "core/train/build_id.h"

#include <elf.h>
#include <fmt/core.h>

#include <cstdint>
#include <cstring>
#include <utility>

#include "core/base/loaded_objects.h"

namespace alexnet {
namespace {

// Whether `address` lies in a loaded segment of `object`.
bool Holds(const dl_phdr_info& object, uintptr_t address) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    const uintptr_t start = object.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && address >= start &&
        address < start + segment.p_memsz) {
      return true;
    }
  }
  return false;
}

// The build id among the notes at `note`.
std::string FindBuildId(const char* note, size_t bytes) {
  const auto padded = [](size_t size) { return (size + 3) / 4 * 4; };
  while (bytes >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, note, sizeof(header));
    const size_t name_bytes = padded(header.n_namesz);
    const size_t size = sizeof(header) + name_bytes + padded(header.n_descsz);
    if (size > bytes) break;
    const char* name = note + sizeof(header);
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
        std::memcmp(name, "GNU", 4) == 0) {
      std::string id;
      for (size_t i = 0; i < header.n_descsz; ++i) {
        id += fmt::format("{:02x}", static_cast<uint8_t>(name[name_bytes + i]));
      }
      return id;
    }
    note += size;
    bytes -= size;
  }
  return std::string();
}

}  // namespace

std::string BuildId() {
  std::string found = "unknown";
  VisitLoadedObjects([&found](const dl_phdr_info& object) {
    if (!Holds(object, reinterpret_cast<uintptr_t>(&BuildId))) return true;
    for (int i = 0; i < object.dlpi_phnum; ++i) {
      const auto& segment = object.dlpi_phdr[i];
      if (segment.p_type != PT_NOTE) continue;
      std::string id = FindBuildId(
          reinterpret_cast<const char*>(object.dlpi_addr + segment.p_vaddr),
          segment.p_memsz);
      if (!id.empty()) found = std::move(id);
    }
    return false;
  });
  return found;
}

}  // namespace alexnet
