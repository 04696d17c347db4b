#include "meshes.hpp"

#include <cstring>
#include <gtest/gtest.h>

namespace calx::simulate {
namespace {

template <class T>
std::string raw(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

std::string reversed(std::string bytes) {
  return {bytes.rbegin(), bytes.rend()};
}

/// One triangle and one square, binary, in either byte order.
std::string binary_ply(bool big) {
  const auto put = [&](auto value) { return big ? reversed(raw(value)) : raw(value); };
  std::string bytes = std::string("ply\nformat binary_") + (big ? "big" : "little") +
                      "_endian 1.0\nelement vertex 4\nproperty double x\nproperty float y\n"
                      "property short z\nelement face 2\nproperty list uchar uint vertex_index\n"
                      "end_header\n";
  for (int i = 0; i < 4; ++i)
    bytes += put(1.5 * i) + put(2.0F) + put(static_cast<std::int16_t>(-i));
  bytes += raw(std::uint8_t{3});
  for (const std::uint32_t i : {0U, 1U, 2U}) bytes += put(i);
  bytes += raw(std::uint8_t{4});
  for (const std::uint32_t i : {0U, 1U, 2U, 3U}) bytes += put(i);
  return bytes;
}

std::string binary_stl() {
  std::string bytes = "solid, yet binary";
  bytes.resize(80, ' ');
  bytes += raw(std::uint32_t{2});
  for (const float z : {0.F, 5.F}) {
    for (int i = 0; i < 3; ++i) bytes += raw(0.F);
    for (const float v : {0.F, 0.F, 0.F, 1.F, 0.F, 0.F, 0.F, 1.F, z}) bytes += raw(v);
    bytes += raw(std::uint16_t{0});
  }
  return bytes;
}

std::string vtp_text() {
  return "<?xml version=\"1.0\"?><VTKFile type=\"PolyData\"><PolyData><Piece>"
         "<PointData><DataArray Name=\"Normals\" format=\"ascii\">7 7 7</DataArray></PointData>"
         "<Points><DataArray type=\"Float32\" format=\"ascii\">0 0 0 1 0 0 0 1 0 -1e-1 0 "
         "1</DataArray></Points><Polys>"
         "<DataArray Name=\"connectivity\" format=\"ascii\">0 1 2 0 1 2 3</DataArray>"
         "<DataArray Name=\"offsets\" format=\"ascii\">3 7</DataArray></Polys></Piece></PolyData>"
         "</VTKFile>";
}

TEST(ReadMesh, ReadsPlyInEveryCoding) {
  const TemporaryFolder folder;
  const auto text = read_mesh(folder.write("a.ply", ply_text()));
  ASSERT_TRUE(text) << text.error().to_string();
  EXPECT_EQ(text->triangles.size(), 4U);
  EXPECT_EQ(text->vertices[3], cv::Vec3f(0, 0, 10.5F));
  for (const bool big : {false, true}) {
    const auto mesh = read_mesh(folder.write("b.ply", binary_ply(big)));
    ASSERT_TRUE(mesh) << mesh.error().to_string();
    EXPECT_EQ(mesh->vertices[3], cv::Vec3f(4.5F, 2, -3));
    ASSERT_EQ(mesh->triangles.size(), 3U); // the square is two
    EXPECT_EQ(mesh->triangles[2], (std::array{0, 2, 3}));
  }
}

TEST(ReadMesh, ReadsStlAndJoinsItsCorners) {
  const TemporaryFolder folder;
  const auto binary = read_mesh(folder.write("a.stl", binary_stl()));
  ASSERT_TRUE(binary) << binary.error().to_string();
  EXPECT_EQ(binary->triangles.size(), 2U);
  EXPECT_EQ(binary->vertices.size(), 4U); // two of three corners are common
  const auto text = read_mesh(
      folder.write("b.stl", "solid x\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\n"
                            "vertex 0 1.25 0\nendloop\nendfacet\nendsolid x\n"));
  ASSERT_TRUE(text) << text.error().to_string();
  EXPECT_EQ(text->vertices[2], cv::Vec3f(0, 1.25F, 0));
}

TEST(ReadMesh, ReadsVtp) {
  const TemporaryFolder folder;
  const auto mesh = read_mesh(folder.write("a.vtp", vtp_text()));
  ASSERT_TRUE(mesh) << mesh.error().to_string();
  EXPECT_EQ(mesh->vertices[3], cv::Vec3f(-0.1F, 0, 1));
  EXPECT_EQ(mesh->triangles.size(), 3U);
}

TEST(ReadMesh, SaysWhatIsWrong) {
  const TemporaryFolder folder;
  const auto code = [&](const std::string& bytes) {
    const auto mesh = read_mesh(folder.write("m", bytes));
    return mesh ? ErrorCode::Internal : mesh.error().code;
  };
  EXPECT_EQ(read_mesh(folder.path() / "none.ply").error().code, ErrorCode::FileNotFound);
  EXPECT_EQ(read_mesh(folder.path()).error().code, ErrorCode::IsDirectory);
  EXPECT_EQ(code(""), ErrorCode::EmptyFile);
  EXPECT_EQ(code("a letter"), ErrorCode::UnsupportedFormat);
  EXPECT_EQ(code("ply\nformat ascii 1.0\nelement vertex 0\nend_header\n"), ErrorCode::NotAnImage);
  EXPECT_EQ(
      code("ply\nformat ascii 1.0\nelement vertex 4000000000\nproperty float x\nend_header\n0"),
      ErrorCode::TruncatedPixels); // and takes no 48 GB for it
  std::string text = ply_text();
  text.replace(text.find("3 0 2 1"), 7, "3 0 2 9");
  EXPECT_EQ(code(text), ErrorCode::CorruptPixels);
  text = ply_text();
  text.replace(text.find("10.5"), 4, "nan ");
  EXPECT_EQ(code(text), ErrorCode::CorruptPixels);
}

TEST(ReadMesh, SurvivesEveryTruncationAndManyDamages) {
  const TemporaryFolder folder;
  for (const std::string& whole : {ply_text(), binary_ply(false), binary_stl(), vtp_text()}) {
    for (std::size_t length = 0; length < whole.size(); length += 7)
      (void)read_mesh(folder.write("m", whole.substr(0, length)));
    for (std::size_t at = 0; at < whole.size(); at += 3) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (at % 2 != 0 ? 0x10 : 0xff));
      const auto mesh = read_mesh(folder.write("m", damaged));
      if (!mesh) continue;
      for (const auto& triangle : mesh->triangles)
        for (const int corner : triangle)
          EXPECT_LT(static_cast<std::size_t>(corner), mesh->vertices.size());
    }
  }
}

} // namespace
} // namespace calx::simulate
