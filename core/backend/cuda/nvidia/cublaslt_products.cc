#include "core/backend/cuda/nvidia/cublaslt_products.h"

#include <fmt/core.h>

#include <array>
#include <mutex>
#include <utility>
#include <vector>

#include "core/backend/cuda/kernels/bias_apart.h"
#include "core/backend/cuda/math/candidates.h"
#include "core/backend/cuda/runtime/captured_graph.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr size_t kWorkspace = size_t{64} << 20;
constexpr int kAlgorithms = 32;  // asked for

Status FromCublas(const CublasLtFunctions& lt, cublasStatus_t status,
                  const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) return Status();
  const std::string told = fmt::format("{} failed in cuBLASLt: {}", what,
                                       lt.GetStatusString(status));
  if (status == CUBLAS_STATUS_NOT_SUPPORTED) return UnsupportedError(told);
  if (status == CUBLAS_STATUS_ALLOC_FAILED) {
    return OutOfMemoryError(told + "; use a smaller batch");
  }
  ALEXNET_RETURN_IF_ERROR(CheckDevice(what));
  return InternalError(told);
}

// The descriptions of one product, shared by its candidates. Row-major
// out = a b is column-major out^T = b^T a^T, so that cuBLAS's A is our b.
class Description {
 public:
  explicit Description(const CublasLtFunctions& lt) : lt_(lt) {}
  ~Description() {
    if (!birthplace_.Here()) return;
    if (product_ != nullptr) lt_.MatmulDescDestroy(product_);
    for (const cublasLtMatrixLayout_t layout : {a_, b_, out_}) {
      if (layout != nullptr) lt_.MatrixLayoutDestroy(layout);
    }
  }
  Description(const Description&) = delete;
  Description& operator=(const Description&) = delete;

  Status Init(const ProductProblem& problem) {
    const cudaDataType type =
        problem.precision == Precision::kBf16 ? CUDA_R_16BF : CUDA_R_32F;
    const cublasComputeType_t compute = problem.precision == Precision::kTf32
                                            ? CUBLAS_COMPUTE_32F_FAST_TF32
                                            : CUBLAS_COMPUTE_32F;
    ALEXNET_RETURN_IF_ERROR(
        Check(lt_.MatmulDescCreate(&product_, compute, CUDA_R_32F)));
    ALEXNET_RETURN_IF_ERROR(
        Set(CUBLASLT_MATMUL_DESC_TRANSA,
            problem.transpose_b ? CUBLAS_OP_T : CUBLAS_OP_N));
    ALEXNET_RETURN_IF_ERROR(
        Set(CUBLASLT_MATMUL_DESC_TRANSB,
            problem.transpose_a ? CUBLAS_OP_T : CUBLAS_OP_N));
    cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
    if (problem.bias) epilogue = CUBLASLT_EPILOGUE_BIAS;
    ALEXNET_RETURN_IF_ERROR(Set(CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue));
    if (problem.bias) {
      ALEXNET_RETURN_IF_ERROR(Set(CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, type));
      // Heuristics look at its alignment, nobody reads it; Run sets the real
      // one.
      ALEXNET_RETURN_IF_ERROR(SetBias(reinterpret_cast<const void*>(256)));
    }
    const auto layout = [&](cublasLtMatrixLayout_t* made, int64_t inner,
                            int64_t outer) {
      return Check(lt_.MatrixLayoutCreate(made, type,
                                          static_cast<uint64_t>(inner),
                                          static_cast<uint64_t>(outer), inner));
    };
    // Row-major (rows, columns) is column-major (columns, rows).
    ALEXNET_RETURN_IF_ERROR(problem.transpose_b
                                ? layout(&b_, problem.k, problem.n)
                                : layout(&b_, problem.n, problem.k));
    ALEXNET_RETURN_IF_ERROR(problem.transpose_a
                                ? layout(&a_, problem.m, problem.k)
                                : layout(&a_, problem.k, problem.m));
    return layout(&out_, problem.n, problem.m);
  }

  Status SetBias(const void* bias) {
    return Set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias);
  }

  Result<std::vector<cublasLtMatmulHeuristicResult_t>> Algorithms(
      cublasLtHandle_t handle, int most, uint32_t alignment) const {
    cublasLtMatmulPreference_t preference = nullptr;
    ALEXNET_RETURN_IF_ERROR(Check(lt_.PreferenceCreate(&preference)));
    std::vector<cublasLtMatmulHeuristicResult_t> found(
        static_cast<size_t>(most));
    int count = 0;
    const auto set = [&](cublasLtMatmulPreferenceAttributes_t attribute,
                         auto value) {
      return lt_.PreferenceSetAttribute(preference, attribute, &value,
                                        sizeof(value));
    };
    // Parts of a split sum are added in float32, in a step of their own and in
    // a fixed order. The other schemes add them in the output's type, which may
    // be bfloat16.
    const uint32_t schemes = CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE;
    cublasStatus_t status =
        set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, kWorkspace);
    const auto then = [&](cublasStatus_t next) {
      if (status == CUBLAS_STATUS_SUCCESS) status = next;
    };
    then(set(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, schemes));
    for (const auto attribute : {CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
                                 CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
                                 CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
                                 CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES}) {
      then(set(attribute, alignment));
    }
    if (status == CUBLAS_STATUS_SUCCESS) {
      status = lt_.AlgoGetHeuristic(handle, product_, b_, a_, out_, out_,
                                    preference, most, found.data(), &count);
    }
    lt_.PreferenceDestroy(preference);
    ALEXNET_RETURN_IF_ERROR(Check(status));
    found.resize(static_cast<size_t>(count));
    std::erase_if(found, [](const auto& result) {
      return result.state != CUBLAS_STATUS_SUCCESS;
    });
    return found;
  }

  Status Run(cublasLtHandle_t handle, const cublasLtMatmulAlgo_t& algorithm,
             size_t workspace, const Operands& operands, cudaStream_t stream) {
    if (operands.bias != nullptr) {
      ALEXNET_RETURN_IF_ERROR(SetBias(operands.bias));
    }
    const float one = 1.0f;
    const float zero = 0.0f;
    return Check(lt_.Matmul(handle, product_, &one, operands.b, b_, operands.a,
                            a_, &zero, operands.out, out_, operands.out, out_,
                            &algorithm, operands.workspace, workspace, stream));
  }

 private:
  Status Check(cublasStatus_t status) const {
    return FromCublas(lt_, status, "a matrix product");
  }
  template <typename T>
  Status Set(cublasLtMatmulDescAttributes_t attribute, T value) {
    return Check(
        lt_.MatmulDescSetAttribute(product_, attribute, &value, sizeof(value)));
  }

  const Birthplace birthplace_;
  const CublasLtFunctions& lt_;
  cublasLtMatmulDesc_t product_ = nullptr;
  cublasLtMatrixLayout_t a_ = nullptr;
  cublasLtMatrixLayout_t b_ = nullptr;
  cublasLtMatrixLayout_t out_ = nullptr;
};

class Product : public Operation {
 public:
  Product(std::shared_ptr<Description> description, cublasLtHandle_t handle,
          const cublasLtMatmulHeuristicResult_t& chosen)
      : description_(std::move(description)),
        handle_(handle),
        chosen_(chosen) {}

  int64_t workspace_bytes() const override {
    return static_cast<int64_t>(chosen_.workspaceSize);
  }
  std::string Name() const override { return "cuBLASLt"; }
  Status Run(const KernelStream& stream, const Operands& operands) override {
    return description_->Run(handle_, chosen_.algo, chosen_.workspaceSize,
                             operands, stream.stream);
  }

 private:
  const std::shared_ptr<Description> description_;
  const cublasLtHandle_t handle_;
  const cublasLtMatmulHeuristicResult_t chosen_;
};

std::string KeyOf(const ProductProblem& p) {
  return fmt::format("product {} {}x{}x{} {}{} {}",
                     static_cast<int>(p.precision), p.m, p.n, p.k,
                     p.transpose_a, p.transpose_b, p.bias);
}

// cuBLASLt promises that its words mean the same to the same version.
std::string TagOf(const cublasLtMatmulHeuristicResult_t& result) {
  std::string tag = "cuBLASLt";
  for (const uint64_t word : result.algo.data)
    tag += fmt::format(" {:x}", word);
  return tag;
}

// Rows start at multiples of this; buffers at multiples of 256.
uint32_t AlignmentOf(const ProductProblem& problem) {
  const int64_t size = DTypeSize(ComputeType(problem.precision));
  uint32_t alignment = 256;
  for (const int64_t row :
       {problem.transpose_a ? problem.m : problem.k,
        problem.transpose_b ? problem.k : problem.n, problem.n}) {
    while (row * size % alignment != 0) alignment /= 2;
  }
  return alignment;
}

}  // namespace

Result<std::unique_ptr<CublasLtProducts>> CublasLtProducts::Open(
    const AlgorithmChoice& choice) {
  ALEXNET_ASSIGN_OR_RETURN(const CublasLtFunctions* lt, LoadCublasLt());
  std::unique_ptr<CublasLtProducts> products(new CublasLtProducts(choice, *lt));
  const std::lock_guard lock(CaptureMutex());
  ALEXNET_RETURN_IF_ERROR(
      FromCublas(*lt, lt->Create(&products->handle_), "opening the device"));
  return products;
}

CublasLtProducts::~CublasLtProducts() {
  if (!birthplace_.Here()) return;
  chosen_.Clear();
  const std::lock_guard lock(CaptureMutex());
  if (handle_ != nullptr) lt_.Destroy(handle_);
}

Result<std::shared_ptr<Operation>> CublasLtProducts::Make(
    const ProductProblem& problem) {
  return chosen_.Get(KeyOf(problem), [&] { return Choose(problem); });
}

Result<std::unique_ptr<Operation>> CublasLtProducts::Choose(
    const ProductProblem& problem) {
  const int64_t size = DTypeSize(ComputeType(problem.precision));
  OperandBytes bytes;
  bytes.dtype = ComputeType(problem.precision);
  bytes.a = problem.m * problem.k * size;
  bytes.b = problem.k * problem.n * size;
  bytes.bias = problem.n * size;
  bytes.out = problem.m * problem.n * size;
  const auto algorithms = WithBiasApart(
      problem,
      [this](const ProductProblem& form) { return AlgorithmsOf(form); });
  auto chosen = algorithms.ok()
                    ? choice_.Choose(KeyOf(problem), *algorithms, bytes)
                    : Result<std::unique_ptr<Operation>>(algorithms.status());
  if (!chosen.ok()) {
    return chosen.status().WithContext(
        fmt::format("a product of {} x {} and {} x {}", problem.m, problem.k,
                    problem.k, problem.n));
  }
  return chosen;
}

Result<std::vector<Algorithm>> CublasLtProducts::AlgorithmsOf(
    const ProductProblem& problem) const {
  auto description = std::make_shared<Description>(lt_);
  ALEXNET_RETURN_IF_ERROR(description->Init(problem));
  ALEXNET_ASSIGN_OR_RETURN(
      const auto found,
      description->Algorithms(handle_, kAlgorithms, AlignmentOf(problem)));
  std::vector<Algorithm> algorithms;
  for (const cublasLtMatmulHeuristicResult_t& result : found) {
    algorithms.push_back(
        {TagOf(result),
         [description, handle = handle_,
          result]() -> Result<std::unique_ptr<Operation>> {
           return std::unique_ptr<Operation>(
               std::make_unique<Product>(description, handle, result));
         }});
  }
  return algorithms;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
