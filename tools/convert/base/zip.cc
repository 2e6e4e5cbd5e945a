#include "tools/convert/base/zip.h"

#include <minizip/unzip.h>
#include <minizip/zip.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

namespace alexnet::convert {
namespace {

constexpr size_t kMaxEntries = 10'000;
constexpr size_t kMaxNameBytes = 4096;
// More than deflate can do, and all that memory is given.
constexpr uint64_t kMaxRatio = 1032;
constexpr uint64_t kMaxUnpacked = uint64_t{2} << 30;
constexpr uint64_t kSmall = uint64_t{1} << 20;
constexpr int kStored = 0;
constexpr int kDeflated = Z_DEFLATED;
constexpr uLong kEncrypted = 1;

// Bytes or a file under minizip's interface of files.
struct Stream {
  Bytes bytes;                // that are read
  OutputFile* out = nullptr;  // that is written
  uint64_t position = 0;
  // What the file threw, which must not pass through C. What is written from
  // then on is lost, but minizip is told that it was not: where a header cannot
  // be written it does not free it.
  std::exception_ptr failure;

  uint64_t size() const { return out != nullptr ? out->size() : bytes.size(); }
};

Stream& Of(voidpf stream) { return *static_cast<Stream*>(stream); }

voidpf OpenStream(voidpf opaque, const void*, int) { return opaque; }

uLong ReadStream(voidpf, voidpf stream, void* to, uLong size) {
  Stream& s = Of(stream);
  const uint64_t left =
      s.bytes.size() - std::min<uint64_t>(s.position, s.bytes.size());
  const uint64_t count = std::min<uint64_t>(size, left);
  if (count > 0) std::memcpy(to, s.bytes.data() + s.position, count);
  s.position += count;
  return count;
}

uLong WriteStream(voidpf, voidpf stream, const void* from, uLong size) {
  Stream& s = Of(stream);
  const Bytes bytes(static_cast<const std::byte*>(from), size);
  if (s.failure == nullptr) {
    try {
      const uint64_t over = std::min<uint64_t>(size, s.size() - s.position);
      if (over > 0) s.out->WriteAt(s.position, bytes.first(over));
      if (over < size) s.out->Write(bytes.subspan(over));
    } catch (...) {
      s.failure = std::current_exception();
    }
  }
  s.position += size;
  return size;
}

ZPOS64_T TellStream(voidpf, voidpf stream) { return Of(stream).position; }

long SeekStream(voidpf, voidpf stream, ZPOS64_T offset, int origin) {
  Stream& s = Of(stream);
  uint64_t base = 0;
  if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = s.position;
  if (origin == ZLIB_FILEFUNC_SEEK_END) base = s.size();
  const bool within = offset <= s.size() - std::min(base, s.size());
  if (!within && s.failure == nullptr) return -1;
  s.position = base + offset;
  return 0;
}

int CloseStream(voidpf, voidpf) { return 0; }
int NoError(voidpf, voidpf) { return 0; }

zlib_filefunc64_def FunctionsOver(Stream* stream) {
  zlib_filefunc64_def functions;
  functions.zopen64_file = OpenStream;
  functions.zread_file = ReadStream;
  functions.zwrite_file = WriteStream;
  functions.ztell64_file = TellStream;
  functions.zseek64_file = SeekStream;
  functions.zclose_file = CloseStream;
  functions.zerror_file = NoError;
  functions.opaque = stream;
  return functions;
}

// Throws where there is no memory for what minizip asks for at once.
void CheckMemory() {
  constexpr size_t kMost = size_t{1} << 17;
  const std::vector<std::byte> room(kMost);
}

// An open archive; throws where it cannot be one.
class Reader {
 public:
  explicit Reader(Bytes bytes) : stream_{bytes, nullptr, 0, nullptr} {
    zlib_filefunc64_def functions = FunctionsOver(&stream_);
    file_ = unzOpen2_64("", &functions);
    if (file_ == nullptr) {
      // minizip has one answer for no memory and no archive.
      CheckMemory();
      file_ = unzOpen2_64("", &functions);
    }
    if (file_ == nullptr) {
      throw Damaged("",
                    "is a zip archive without its directory, which stands "
                    "at the end: the file was cut");
    }
  }
  ~Reader() { unzClose(file_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  unzFile get() const { return file_; }

 private:
  Stream stream_;
  unzFile file_;
};

// As systems write it that have modes of files.
bool IsLink(const unz_file_info64& info) {
  constexpr uLong kKind = 0170000;
  constexpr uLong kLink = 0120000;
  return (info.external_fa >> 16 & kKind) == kLink;
}

std::string Where(const std::string& name) { return "entry \"" + name + "\""; }

}  // namespace

bool LooksLikeZip(Bytes file) {
  return file.size() >= 4 && TextOf(file.first(4)) == "PK\x03\x04";
}

ZipArchive::ZipArchive(std::shared_ptr<SourceFile> file)
    : file_(std::move(file)) {
  const Reader reader(file_->bytes());
  for (int status = unzGoToFirstFile(reader.get());
       status != UNZ_END_OF_LIST_OF_FILE;
       status = unzGoToNextFile(reader.get())) {
    unz_file_info64 info = {};
    std::vector<char> text(kMaxNameBytes + 1);
    if (status != UNZ_OK ||
        unzGetCurrentFileInfo64(reader.get(), &info, text.data(), kMaxNameBytes,
                                nullptr, 0, nullptr, 0) != UNZ_OK) {
      throw Damaged("", "has a damaged directory of its entries");
    }
    if (names_.size() == kMaxEntries || info.size_filename > kMaxNameBytes) {
      throw Unsupported("",
                        "has more entries, or longer names, than archives "
                        "of weights have");
    }
    const std::string name(text.data(), info.size_filename);
    if (by_name_.contains(name)) {
      throw Damaged(Where(name), "is there twice");
    }
    const int method = static_cast<int>(info.compression_method);
    if ((info.flag & kEncrypted) != 0 ||
        (method != kStored && method != kDeflated)) {
      throw Unsupported(Where(name),
                        "is encrypted or packed as archives of "
                        "weights are not");
    }
    if (IsLink(info)) {
      throw Unsupported(Where(name),
                        "is a link; archives of weights hold plain files");
    }
    const int opened = unzOpenCurrentFile2(reader.get(), nullptr, nullptr, 1);
    if (opened == UNZ_INTERNALERROR) throw std::bad_alloc();
    if (opened != UNZ_OK) {
      throw Damaged(Where(name), "is not where the directory says");
    }
    Entry entry;
    entry.offset = unzGetCurrentFileZStreamPos64(reader.get());
    unzCloseCurrentFile(reader.get());
    entry.packed = info.compressed_size;
    entry.size = info.uncompressed_size;
    entry.crc = static_cast<uint32_t>(info.crc);
    entry.deflated = method == kDeflated;
    const uint64_t bytes = file_->bytes().size();
    if (entry.offset > bytes || entry.packed > bytes - entry.offset) {
      throw Damaged(Where(name), "reaches beyond the end of the file");
    }
    if (entry.deflated
            ? entry.size / kMaxRatio > entry.packed || entry.size > kMaxUnpacked
            : entry.size != entry.packed) {
      throw Damaged(Where(name), "claims a size that its content cannot have");
    }
    by_name_.emplace(name, entries_.size());
    names_.push_back(name);
    entries_.push_back(entry);
  }
  std::vector<std::pair<uint64_t, uint64_t>> spans;
  for (const Entry& entry : entries_) {
    spans.emplace_back(entry.offset, entry.offset + entry.packed);
  }
  std::sort(spans.begin(), spans.end());
  for (size_t i = 1; i < spans.size(); ++i) {
    if (spans[i].first < spans[i - 1].second) {
      throw Damaged("", "has entries that overlap");
    }
  }
}

bool ZipArchive::Has(const std::string& name) const {
  return by_name_.contains(name);
}

const ZipArchive::Entry& ZipArchive::Find(const std::string& name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    throw Damaged(Where(name), "is not in the archive");
  }
  return entries_[found->second];
}

Bytes ZipArchive::Read(const std::string& name, bool check_stored) {
  const Entry& entry = Find(name);
  const Bytes packed = file_->bytes().subspan(entry.offset, entry.packed);
  if (!entry.deflated && entry.size > kSmall && !check_stored) return packed;
  Bytes content = packed;
  if (entry.deflated) {
    std::vector<std::byte> unpacked = file_->RoomFor(entry.size);
    z_stream stream = {};
    stream.next_in =
        reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    int status = inflateInit2(&stream, -MAX_WBITS);
    if (status == Z_OK) status = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_STREAM_END || stream.avail_out != 0) {
      throw Damaged(Where(name), "cannot be unpacked");
    }
    content = file_->Keep(std::move(unpacked));
  }
  const uLong crc = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()),
                            content.size());
  if (crc != entry.crc) {
    throw Damaged(Where(name),
                  "has another CRC than the archive says: the "
                  "file was changed");
  }
  return content;
}

struct ZipWriter::State {
  Stream stream;
  zipFile file = nullptr;

  // Throws what the file threw, or that minizip failed.
  void Check(bool ok) const {
    if (stream.failure) std::rethrow_exception(stream.failure);
    // It has no error of its own but for memory and wrong calls.
    if (!ok) throw std::bad_alloc();
  }
};

ZipWriter::ZipWriter(OutputFile& file) : state_(std::make_unique<State>()) {
  state_->stream.out = &file;
  zlib_filefunc64_def functions = FunctionsOver(&state_->stream);
  state_->file = zipOpen2_64("", APPEND_STATUS_CREATE, nullptr, &functions);
  state_->Check(state_->file != nullptr);
}

ZipWriter::~ZipWriter() {
  if (state_->file != nullptr) zipClose(state_->file, nullptr);
}

void ZipWriter::Begin(const std::string& name, uint64_t alignment) {
  // The content follows the header, the name, and an extra field of zeros that
  // is as long as needed. 0x4246 ("FB") is the field's kind in PyTorch's files.
  constexpr uint64_t kHeader = 30;
  constexpr uint64_t kFieldHeader = 4;
  const uint64_t start = state_->stream.size() + kHeader + name.size();
  uint64_t extra = (alignment - start % alignment) % alignment;
  if (extra < kFieldHeader) extra += alignment;
  std::vector<char> field(extra, 0);
  field[0] = 'F';
  field[1] = 'B';
  const auto length = static_cast<uint16_t>(extra - kFieldHeader);
  std::memcpy(field.data() + 2, &length, sizeof length);
  // It writes to what it allocates without a look whether it got it.
  CheckMemory();
  zip_fileinfo info = {};
  info.dosDate = 1 << 21 | 1 << 16;  // 1980-01-01
  const int status = zipOpenNewFileInZip4_64(
      state_->file, name.c_str(), &info, field.data(),
      static_cast<uInt>(field.size()), nullptr, 0, nullptr, kStored, 0, 0,
      -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, nullptr, 0, 0, 0, 0);
  state_->Check(status == ZIP_OK);
}

void ZipWriter::Write(Bytes content) {
  constexpr size_t kMost = size_t{1} << 30;
  while (!content.empty()) {
    const Bytes piece = content.first(std::min(content.size(), kMost));
    state_->Check(zipWriteInFileInZip(state_->file, piece.data(),
                                      static_cast<unsigned>(piece.size())) ==
                  ZIP_OK);
    content = content.subspan(piece.size());
  }
}

void ZipWriter::End() {
  state_->Check(zipCloseFileInZip(state_->file) == ZIP_OK);
}

void ZipWriter::Finish() {
  const int status = zipClose(std::exchange(state_->file, nullptr), nullptr);
  state_->Check(status == ZIP_OK);
}

}  // namespace alexnet::convert
