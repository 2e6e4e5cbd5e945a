// File names of data sets.

#ifndef ALEXNET_CORE_DATA_PICTURE_NAME_H_
#define ALEXNET_CORE_DATA_PICTURE_NAME_H_

#include <string>
#include <string_view>

namespace alexnet {

// What follows the last dot of the file's name, in ASCII lower case; empty
// without a dot.
std::string Extension(std::string_view name);

// jpg, jpeg or png.
bool HasPictureExtension(std::string_view name);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PICTURE_NAME_H_
