// For tests that change a model file's description.

#ifndef ALEXNET_CORE_MODEL_MEND_FOOTER_H_
#define ALEXNET_CORE_MODEL_MEND_FOOTER_H_

#include <cstddef>
#include <vector>

namespace alexnet::testing {

// Makes the footer of a file whose description was changed fit it. False where
// there is no footer that is whole.
bool MendFooter(std::vector<std::byte>* file);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_MODEL_MEND_FOOTER_H_
