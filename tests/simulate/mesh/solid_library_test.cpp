#include "meshes.hpp"

#include <gtest/gtest.h>
#include <thread>

namespace calx::simulate {
namespace {

std::string ply_of(const Mesh& mesh) {
  std::string text = "ply\nformat ascii 1.0\nelement vertex " +
                     std::to_string(mesh.vertices.size()) +
                     "\nproperty float x\nproperty float y\nproperty float z\nelement face " +
                     std::to_string(mesh.triangles.size()) +
                     "\nproperty list uchar int vertex_indices\nend_header\n";
  for (const auto& v : mesh.vertices)
    text += std::to_string(v[0]) + " " + std::to_string(v[1]) + " " + std::to_string(v[2]) + "\n";
  for (const auto& t : mesh.triangles)
    text += "3 " + std::to_string(t[0]) + " " + std::to_string(t[1]) + " " + std::to_string(t[2]) +
            "\n";
  return text;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files.push_back(entry.path());
  return files;
}

TEST(SolidLibrary, MakesASolidOnceForAllThreads) {
  const TemporaryFolder folder;
  const auto file = folder.write("ball.ply", ply_of(ball(5, 12)));
  SolidLibrary library;
  std::vector<std::shared_ptr<const Solid>> solids(6);
  std::vector<std::thread> threads;
  for (auto& solid : solids)
    threads.emplace_back([&] { solid = library.get(file, "ball", {}).value_or(nullptr); });
  for (std::thread& thread : threads) thread.join();
  ASSERT_NE(solids[0], nullptr);
  for (const auto& solid : solids) EXPECT_EQ(solid, solids[0]);
  EXPECT_EQ(solids[0]->name, "ball");
  EXPECT_FALSE(library.get(folder.path() / "none.ply", "none", {}));
}

TEST(SolidLibrary, GivesTheSameSolidFromItsCache) {
  const TemporaryFolder folder, cache;
  const auto file = folder.write("ball.ply", ply_of(ball(5, 12)));
  const auto fresh = SolidLibrary(cache.path()).get(file, "ball", {});
  ASSERT_TRUE(fresh);
  ASSERT_EQ(files_in(cache.path()).size(), 1U); // and no temporary file
  const auto cached = SolidLibrary(cache.path()).get(file, "other name", {});
  ASSERT_TRUE(cached);
  EXPECT_EQ((*cached)->name, "other name");
  EXPECT_EQ((*cached)->distance_mm.values, (*fresh)->distance_mm.values);
  EXPECT_EQ((*cached)->axis, (*fresh)->axis);
  EXPECT_EQ((*cached)->volume_mm3, (*fresh)->volume_mm3);
  ASSERT_TRUE(SolidLibrary(cache.path()).get(file, "ball", {0.7, 0.8, 1}));
  EXPECT_EQ(files_in(cache.path()).size(), 2U); // options are part of the key
}

TEST(SolidLibrary, ReplacesADamagedCacheFile) {
  const TemporaryFolder folder, cache;
  const auto file = folder.write("ball.ply", ply_of(ball(5, 12)));
  const auto fresh = SolidLibrary(cache.path()).get(file, "ball", {});
  ASSERT_TRUE(fresh);
  const auto entry = files_in(cache.path()).at(0);
  const auto size = std::filesystem::file_size(entry);
  {
    std::fstream stream(entry, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekp(static_cast<std::streamoff>(size / 2));
    stream.put('\x55').put('\x2a');
  }
  const auto again = SolidLibrary(cache.path()).get(file, "ball", {});
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->distance_mm.values, (*fresh)->distance_mm.values);
  std::filesystem::resize_file(entry, size / 3);
  EXPECT_TRUE(SolidLibrary(cache.path()).get(file, "ball", {}));
  EXPECT_EQ(std::filesystem::file_size(entry), size);
}

} // namespace
} // namespace calx::simulate
