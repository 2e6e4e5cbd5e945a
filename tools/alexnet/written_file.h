// Files that verbs write.

#ifndef ALEXNET_TOOLS_ALEXNET_WRITTEN_FILE_H_
#define ALEXNET_TOOLS_ALEXNET_WRITTEN_FILE_H_

#include <string>

namespace alexnet::cli {

// Replaces the file by `text` once it is written whole: under the name there is
// the old file or the new one. Throws Failure, which names the path and why.
void WriteWholeFile(const std::string& path, const std::string& text);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_WRITTEN_FILE_H_
