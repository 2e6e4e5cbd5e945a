// TuningFile: what tuning has found on a machine, kept so that it is paid once.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_TUNING_FILE_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_TUNING_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// A JSON document in a folder of the machine's cache, one file for each kind of
// machine. What is damaged, or another machine's, is ignored with a note, and
// replaced by what is found next; a file that cannot be written costs the next
// process its time and nothing else. Not thread safe; several processes and
// objects may have the same file.
class TuningFile {
 public:
  // `machine` names all that choices depend on: the GPU, the driver, the
  // libraries' versions. Reads what is there.
  TuningFile(const std::string& folder, std::string machine);

  // The tag that was kept for `problem`; empty: none.
  std::string Find(const std::string& problem) const;
  // Writes the file, with what others have kept in it meanwhile.
  void Keep(const std::string& problem, const std::string& tag);

  const std::string& path() const { return path_; }
  // What was ignored or could not be written, for a person.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  using Choices = std::map<std::string, std::string>;

  // None where there is no file or it is of no use; then says why.
  Result<Choices> Read() const;
  Status Write() const;
  void Note(const std::string& what, const Status& status);

  const std::string path_;
  const std::string machine_;
  Choices choices_;  // tags by problem
  std::vector<std::string> notes_;
};

// Where programs keep what they can find again: `alexnet` in $XDG_CACHE_HOME,
// or in .cache of $HOME. Empty where neither is an absolute path.
std::string MachineCacheFolder();

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_TUNING_FILE_H_
