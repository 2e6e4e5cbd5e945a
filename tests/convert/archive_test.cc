// Archives of a network with all that belongs to it, as DIGITS gives them out,
// and such as mean harm.

#include <gtest/gtest.h>

#include <alexnet/alexnet_convert.hpp>
#include <cstdio>
#include <cstring>
#include <map>

#include "core/base/packed_by_gzip.h"
#include "core/base/tar.h"
#include "tests/convert/support.h"
#include "tools/convert/base/zip.h"

namespace alexnet::convert_test {
namespace {

struct Member {
  std::string name;
  std::string content;
  char type = '0';
};
using Members = std::vector<Member>;

std::string Tar(const Members& members) {
  std::string bytes;
  for (const Member& member : members) {
    auto header = TarHeader("x", member.content.size()).value();
    std::memset(header.data(), 0, 100);
    std::memcpy(header.data(), member.name.data(), member.name.size());
    header[156] = static_cast<std::byte>(member.type);
    std::memset(header.data() + 148, ' ', 8);
    unsigned sum = 0;
    for (const std::byte byte : header) sum += std::to_integer<unsigned>(byte);
    std::snprintf(reinterpret_cast<char*>(header.data()) + 148, 8, "%06o", sum);
    bytes.append(reinterpret_cast<const char*>(header.data()), header.size());
    bytes += member.content;
    bytes.resize((bytes.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
  }
  return bytes + std::string(2 * kTarBlock, '\0');
}

std::string Zip(const Members& members) {
  const std::string path = FreshFolder("zip") + "/x.zip";
  convert::OutputFile file(path);
  convert::ZipWriter writer(file);
  for (const Member& member : members) {
    writer.Begin(member.name);
    writer.Write(convert::BytesOf(member.content));
    writer.End();
  }
  writer.Finish();
  file.Commit();
  return ReadBytes(path);
}

std::string WrittenTo(const std::string& name, const std::string& bytes) {
  const std::string path = FreshFolder("archive") + "/" + name;
  WriteBytes(path, bytes);
  return path;
}

std::string RefusalOf(const std::string& bytes) {
  return Refusal([&] { import_model(WrittenTo("x.tar", bytes)); });
}

// As DIGITS 6 names them.
Members Whole(const std::string& folder = "") {
  const std::string train_val =
      "layer { name: \"train-data\" type: \"Data\" top: \"data\" include { "
      "phase: TRAIN } transform_param { mirror: false crop_size: 35 mean_file: "
      "\"/jobs/mean.binaryproto\" } }\n" +
      ReadBytes(Golden("caffe_v2.prototxt"));
  return {
      {folder + "snapshot_iter_90.caffemodel",
       ReadBytes(Golden("caffe_v2.caffemodel"))},
      {folder + "deploy.prototxt", ReadBytes(Golden("caffe_v2.prototxt"))},
      {folder + "train_val.prototxt", train_val},
      {folder + "solver.prototxt", "base_lr: 0.01"},
      {folder + "mean.binaryproto",
       ReadBytes(Golden("caffe_mean.binaryproto"))},
      {folder + "labels.txt", "a\nb\nc\nd\ne\n"},
      {folder + "info.json",
       "{\"snapshot file\": \"snapshot_iter_90.caffemodel\", \"framework\": "
       "\"caffe\", \"image dimensions\": [40, 40, 3], \"image resize mode\": "
       "\"squash\"}"}};
}

Members Without(Members members, const std::string& name) {
  std::erase_if(members, [&](const Member& each) { return each.name == name; });
  return members;
}

TEST(ArchiveTest, IsReadWhole) {
  const std::string text = Golden("caffe_v2.prototxt");
  ImportOptions plain;
  plain.network_file = text.c_str();
  const Model expected =
      import_model(Golden("caffe_v2.caffemodel"), plain).model;
  const std::map<std::string, std::string> archives = {
      {"x.tar", Tar(Whole())},
      {"y.tar", Tar(Whole("job/"))},
      {"x.tar.gz", testing::PackedByGzip(Tar(Whole()))},
      {"x.zip", Zip(Whole())}};
  for (const auto& [name, bytes] : archives) {
    const std::string path = WrittenTo(name, bytes);
    EXPECT_EQ(detect_format(path), "caffe") << name;
    const Imported read = import_model(path);
    EXPECT_EQ(Parameters(read.model), Parameters(expected)) << name;
    EXPECT_EQ(read.model.labels().size(), 5u) << name;
    EXPECT_EQ(read.model.labels().back(), "e") << name;
    const Preprocessing p = read.model.preprocessing();
    EXPECT_EQ(p.mean_kind, ALEXNET_MEAN_IMAGE_AT_CROP) << name;
    EXPECT_EQ(p.mean_image_height, 40) << name;
    EXPECT_EQ(p.resize, 40) << name;
    EXPECT_EQ(p.resize_rule, ALEXNET_RESIZE_WARP) << name;
    EXPECT_EQ(read.model.metadata("convert.file"), name);
    for (const char* part : {"snapshot_iter_90.caffemodel", "deploy.prototxt",
                             "mean.binaryproto", "labels.txt"}) {
      EXPECT_NE(read.report.find(part), std::string::npos) << read.report;
    }
  }
}

TEST(ArchiveTest, WhatTheCallerSaysStandsBeforeIt) {
  const std::string path = WrittenTo("x.tar", Tar(Whole()));
  const std::string labels = FreshFolder("archive_labels") + "/names.txt";
  WriteBytes(labels, "1st\n2nd\n3rd\n4th\n5th\n");
  ImportOptions options;
  options.labels_file = labels.c_str();
  const float mean[] = {5};
  options.mean_values = mean;
  options.mean_value_count = 1;
  const Model model = import_model(path, options).model;
  EXPECT_EQ(model.labels().front(), "1st");
  EXPECT_EQ(model.preprocessing().mean_kind, ALEXNET_MEAN_CHANNEL);
  EXPECT_EQ(model.preprocessing().mean[1], 5.0f);
}

TEST(ArchiveTest, TheTrainingDescriptionWillDo) {
  const Members members = Without(Whole(), "deploy.prototxt");
  EXPECT_EQ(import_model(WrittenTo("x.tar", Tar(members))).model.info().height,
            35);
}

TEST(ArchiveTest, RefusesSeveralNetworks) {
  Members two = Without(Whole(), "info.json");
  two.push_back({"snapshot_iter_9.caffemodel", "x"});
  const std::string refusal = RefusalOf(Tar(two));
  EXPECT_NE(refusal.find("2 snapshots"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("snapshot_iter_9.caffemodel"), std::string::npos);
  // Unless info.json says which.
  Members named = Whole();
  named.insert(named.begin(), {"snapshot_iter_9.caffemodel", "x"});
  EXPECT_EQ(RefusalOf(Tar(named)), "");
  Members networks = Whole();
  networks.push_back({"old/deploy.prototxt", "x"});
  EXPECT_NE(RefusalOf(Tar(networks)).find("2 files called deploy.prototxt"),
            std::string::npos);
}

TEST(ArchiveTest, RefusesNetworksOfOtherPrograms) {
  EXPECT_NE(RefusalOf(Tar({{"snapshot_30_Model.t7", "x"},
                           {"info.json", "{\"framework\": \"torch\"}"}}))
                .find("is of Torch 7"),
            std::string::npos);
  EXPECT_NE(RefusalOf(Tar({{"deploy.prototxt", "x"},
                           {"info.json", "{\"framework\": \"tensorflow\"}"}}))
                .find("holds no .caffemodel but a network of tensorflow"),
            std::string::npos);
}

TEST(HostileArchiveTest, RefusesPathsThatLeaveIt) {
  for (const char* name :
       {"../deploy.prototxt", "/etc/deploy.prototxt", "a/../../x", "a\\b"}) {
    Members members = Without(Whole(), "deploy.prototxt");
    members.push_back({name, "x"});
    for (const std::string& bytes : {Tar(members), Zip(members)}) {
      const std::string refusal = RefusalOf(bytes);
      EXPECT_NE(refusal.find("leads out of the archive"), std::string::npos)
          << refusal;
      EXPECT_NE(refusal.find(name), std::string::npos) << refusal;
    }
  }
}

TEST(HostileArchiveTest, RefusesLinksAndDevices) {
  for (const char type : {'1', '2', '3', '6'}) {
    Members members = Whole();
    members.push_back({"passwd", "", type});
    const std::string refusal = RefusalOf(Tar(members));
    EXPECT_NE(refusal.find("member \"passwd\": is a link or a device"),
              std::string::npos)
        << refusal;
  }
  // In a zip archive the mode says it: an S_IFLNK of Unix.
  std::string zip = Zip(Whole());
  const size_t entry = zip.find("PK\x01\x02");
  const uint32_t mode = 0120777u << 16;
  std::memcpy(zip.data() + entry + 38, &mode, sizeof mode);
  EXPECT_NE(RefusalOf(zip), "");
  EXPECT_NE(RefusalOf(zip).find("link"), std::string::npos) << RefusalOf(zip);
}

TEST(HostileArchiveTest, RefusesMembersThatAreThereTwice) {
  Members members = Whole();
  members.push_back(members.front());
  EXPECT_NE(RefusalOf(Tar(members)).find("is there twice"), std::string::npos);
}

TEST(HostileArchiveTest, RefusesWhatUnpacksToMuch) {
  // 400 MB of zeros in 400 kB.
  Members members = Whole();
  members.push_back({"zeros", std::string(size_t{400} << 20, '\0')});
  const std::string bytes = testing::PackedByGzip(Tar(members));
  // Room for 64 MiB, which is copied to where there is that and 16 files.
  constexpr int64_t kRoom = int64_t{160} << 20;
  EXPECT_TRUE(IsRefusedWithin(
      kRoom, [&] { import_model(WrittenTo("x.tar", bytes)); },
      "unpacks to more"))
      << RefusalOf(bytes);
}

TEST(HostileArchiveTest, RefusesWhatIsCut) {
  for (const std::string& whole :
       {Tar(Whole()), testing::PackedByGzip(Tar(Whole())), Zip(Whole())}) {
    for (size_t part = 1; part < 20; ++part) {
      EXPECT_NE(RefusalOf(whole.substr(0, whole.size() * part / 21)), "")
          << part;
    }
  }
}

TEST(HostileArchiveTest, RefusesADescriptionThatIsNone) {
  Members members = Without(Whole(), "info.json");
  members.push_back({"info.json", "[1, 2"});
  EXPECT_NE(RefusalOf(Tar(members)).find("is no JSON object"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet::convert_test
