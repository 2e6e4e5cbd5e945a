#include "core/dist/launched.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace alexnet {
namespace {

std::optional<int> Number(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const char* const end = text + std::strlen(text);
  int number = 0;
  const auto [stop, error] = std::from_chars(text, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

struct Variables {
  const char* rank;
  const char* size;
};
constexpr Variables kLaunchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
    // PMIx has no variable for how many there are.
    {"PMIX_RANK", "SLURM_STEP_NUM_TASKS"}};

}  // namespace

LaunchedRank FindLaunchedRank() {
  for (const Variables& launcher : kLaunchers) {
    const std::optional<int> rank = Number(launcher.rank);
    const std::optional<int> size = Number(launcher.size);
    if (rank && size && *rank >= 0 && *rank < *size) return {*rank, *size};
  }
  return {};
}

}  // namespace alexnet
