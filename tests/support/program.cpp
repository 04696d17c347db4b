#include "support/program.hpp"

#include "support/dicom_maker.hpp"

#include <cstdlib>
#include <sys/wait.h>

namespace calx::test {

std::string content_of(const std::filesystem::path& file) {
  const auto bytes = testing::read_file(file);
  return {bytes.begin(), bytes.end()};
}

Ran run_calx(const std::filesystem::path& folder, const std::string& arguments) {
  const std::string command = "cd '" + folder.string() + "' && '" CALX_PROGRAM "' " + arguments +
                              " >stdout 2>stderr </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(folder / "stdout"),
          content_of(folder / "stderr")};
}

} // namespace calx::test
