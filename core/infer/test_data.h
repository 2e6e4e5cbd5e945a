// Pictures of the classes of a test model.

#ifndef ALEXNET_CORE_INFER_TEST_DATA_H_
#define ALEXNET_CORE_INFER_TEST_DATA_H_

#include <cstdint>
#include <memory>
#include <string>

#include "core/infer/shared_model.h"
#include "core/preprocess/image.h"

namespace alexnet::testing {

// Random blocks; no two numbers give the same picture, or size.
Image RandomPicture(uint32_t number);

// A fresh folder with model.alexnet, MakeTestModel's of six classes, and data/,
// three pictures of each in the order of the alphabet, which is not the
// model's. Fails the test where that is impossible.
std::string WriteTestData(const std::string& name);

// Its model.
std::shared_ptr<SharedModel> LoadShared(const std::string& folder);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_INFER_TEST_DATA_H_
