// calx-simulate: simulated radiographs with exact truth. CLI11 stays in this file: it takes long to
// compile.
#include "core/version.hpp"
#include "report/report.hpp"
#include "simulate/command/run.hpp"
#include "subtype/read_text.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

namespace {

using namespace calx;
using simulate::Order;

/// As calx: what a run tells the shell.
enum ExitCode { kAllDone = 0, kSomeFailed = 1, kUsage = 2, kInternal = 3 };

struct Arguments {
  Order order;
  std::string spec_file;
  bool list = false, quiet = false;
};

void complain(std::string_view text) {
  fmt::print(stderr, "calx-simulate: {}\n", text);
}

void add_words(CLI::App& app, Order& order) {
  const auto text = [&app](const char* name, std::string& field, const char* type,
                           const char* help) {
    app.add_option(name, field, help)->type_name(type);
  };
  text("--anatomy", order.anatomy, "DIR",
       "Meshes of bones, those turned inside out are turned back; without: a simple procedural "
       "limb");
  text("--skeleton", order.skeleton, "NAME",
       "bodyparts3d, z-anatomy, opensim, procedural; auto: any that fits");
  text("--region", order.region, "NAME", "Body region; without: drawn");
  text("--view", order.view, "NAME", "pa, ap, lateral, oblique, axial; without: drawn");
  text("--side", order.side, "NAME", "left or right; without: drawn");
  text("--pattern", order.pattern, "NAME",
       "none, localized, limited-idiopathic, tumor-like, universal, scrotal; without: drawn");
  text("--format", order.format, "NAME",
       "dicom, dicom-rle, dicom-jpeg-lossless, dicom-jpeg, png, jpeg; without: drawn");
  text("-o,--out", order.out, "DIR", "Write the films here");
  text("--name", order.name, "NAME",
       "Name of the film's files; of several films: before the number");
  text("--cache", order.cache, "DIR", "Keep prepared bones here for the next run");
  text("--montage", order.montage, "FILE", "Write a contact sheet of the films made, PNG");
}

void add_numbers(CLI::App& app, Order& order) {
  const auto within = [](auto low, auto high) {
    return CLI::Validator(CLI::Range(low, high)).description("");
  };
  app.add_option("--seed", order.seed, "The same seed makes the same films")
      ->type_name("N")
      ->check(within(std::uint64_t{0}, simulate::largest_seed));
  app.add_option("--count", order.count, "How many films")
      ->type_name("N")
      ->check(within(1, simulate::most_films));
  app.add_option("--first", order.first, "Number of the first film, to go on or to repeat one")
      ->type_name("N")
      ->check(within(0, simulate::most_films));
  app.add_option("--normal-share", order.normal_share, "Share without deposits where drawn")
      ->type_name("0..1")
      ->check(within(0.0, 1.0));
  app.add_option("--pitch", order.pitch_mm, "mm between pixels of the detector; without: drawn")
      ->type_name("MM")
      ->check(within(0.05, 2.0));
  app.add_option("-j,--jobs", order.jobs, "Films at a time; default: one for each core")
      ->type_name("N")
      ->check(within(1, 1024));
}

/// --NAME, which is the default, and --no-NAME.
void add_switch(CLI::App& app, const std::string& name, bool& field, const std::string& help) {
  const auto set = [&field](bool value) { return [&field, value] { field = value; }; };
  app.add_flag_callback("--" + name, set(true), help + "; the default");
  app.add_flag_callback("--no-" + name, set(false), "Without them");
}

void add_options(CLI::App& app, Arguments& arguments) {
  Order& order = arguments.order;
  add_words(app, order);
  add_numbers(app, order);
  app.add_option("--background", order.backgrounds, "Put deposits into these real films instead")
      ->type_name("FILE");
  add_switch(app, "mimics", order.mimics, "What is not calcinosis as well");
  add_switch(app, "masks", order.masks, "Masks as PNG as well");
  app.add_flag("--outlines", order.outlines, "Outline deposits and mimics in the contact sheet");
  app.add_flag("--force", order.force, "Make films anew that are there already");
  app.add_option("--json", arguments.spec_file, "The same words from a file: {\"count\": 100, ...}")
      ->type_name("FILE");
  app.add_flag("--list", arguments.list, "List the regions and views that can be made");
  app.add_flag("-q,--quiet", arguments.quiet, "No progress, no summary");
  app.footer(
      "Examples:\n"
      "  calx-simulate --count 3 -o films\n"
      "  calx-simulate --anatomy meshes --region hand --pattern tumor-like --seed 7 -o films\n"
      "  calx-simulate --anatomy meshes --count 200 --normal-share 0.5 --format png -o films\n"
      "  calx-simulate --json order.json --seed 8\n"
      "  calx-simulate --background real.dcm --pattern localized -o films\n"
      "A film is NNNNNN-REGION-VIEW-PATTERN.dcm (.png, .jpg) with .truth.json and masks beside "
      "it.\n"
      "It depends on the seed and its number alone. Films that are there already are kept.\n"
      "Exit status: 0 all made, 1 some failed, 2 the command line is wrong, 3 a defect.");
}

std::string nearest_option(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options({}))
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view nearest = nearest_word(word, views);
  return nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
}

std::string usage_text(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining();
  std::string text = error.what();
  if (!left.empty()) text = fmt::format("{} is not known{}", left[0], nearest_option(app, left[0]));
  return text + "\nTry: calx-simulate --help";
}

/// The words of --json first, then those of the command line over them. Nothing: a mistake was
/// said.
bool take_json(CLI::App& app, int argc, char** argv, Arguments& arguments) {
  if (arguments.spec_file.empty()) return true;
  const std::string file = arguments.spec_file;
  const auto text = read_text(file, ErrorCode::BadParameter);
  if (!text) {
    complain(fmt::format("--json {}: {}", file, text.error().to_string()));
    return false;
  }
  arguments.order = Order();
  if (const auto read = simulate::read_order(*text, arguments.order); !read) {
    complain(fmt::format("--json {}: {}", file, read.error()));
    return false;
  }
  const std::vector<std::string> from_file = std::move(arguments.order.backgrounds);
  arguments.order.backgrounds.clear();
  app.clear();
  app.parse(argc, argv);
  if (arguments.order.backgrounds.empty()) arguments.order.backgrounds = from_file;
  return true;
}

bool make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && std::filesystem::is_directory(folder)) return true;
  complain(fmt::format("--out {}: cannot-write: {}", folder,
                       error ? error.message() : "it is no folder"));
  return false;
}

/// One line that is written over, on a terminal only.
simulate::Progress progress_bar(std::size_t count, bool quiet) {
  if (quiet || ::isatty(STDERR_FILENO) == 0) return [](std::size_t) {};
  return [count, start = std::chrono::steady_clock::now()](std::size_t done) {
    constexpr std::size_t width = 30;
    const std::size_t filled = width * done / count;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    const double left_s =
        passed.count() / static_cast<double>(done) * static_cast<double>(count - done);
    fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {}/{} films, {:.0f} s left   ", "", filled, "",
               width - filled, done, count, left_s);
    if (done == count) fmt::print(stderr, "\n");
    std::fflush(stderr);
  };
}

int report(const Arguments& arguments, const simulate::RunResult& result) {
  for (const auto& [stem, error] : result.failed)
    complain(fmt::format("{}: {}", stem, error.to_string()));
  int status = result.failed.empty() ? kAllDone : kSomeFailed;
  if (!result.montage.empty())
    if (const auto written = write_png(arguments.order.montage, result.montage); !written) {
      complain(written.error().to_string());
      status = kSomeFailed;
    }
  if (!arguments.quiet)
    fmt::print("{} films made, {} kept, {} failed; in {}\n{}\n", result.made, result.kept,
               result.failed.size(), arguments.order.out, kDisclaimer);
  return status;
}

int run(const Arguments& arguments) {
  const Order& order = arguments.order;
  if (arguments.list) {
    fmt::print("{}", simulate::list_of_films(order));
    return kAllDone;
  }
  const auto plans = simulate::plan_films(order);
  if (!plans) {
    complain(plans.error());
    return kUsage;
  }
  if (order.out.empty()) {
    complain("-o DIR is needed: the folder for the films\nTry: calx-simulate --help");
    return kUsage;
  }
  if (!make_folder(order.out)) return kSomeFailed;
  return report(arguments,
                simulate::run_order(order, *plans, progress_bar(plans->size(), arguments.quiet)));
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("calx-simulate makes simulated radiographs of limbs with exact truth.\n" +
                   std::string(kDisclaimer),
               "calx-simulate");
  app.set_version_flag("--version",
                       fmt::format("calx-simulate {} ({})\n{}", kVersion, kRevision, kDisclaimer));
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
    if (!take_json(app, argc, argv, arguments)) return kUsage;
  } catch (const CLI::CallForVersion& version) {
    fmt::print("{}\n", version.what());
    return kAllDone;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return kAllDone;
  } catch (const CLI::ParseError& error) {
    complain(usage_text(app, error));
    return kUsage;
  }
  return run(arguments);
}

} // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return parse_and_run(argc, argv);
  } catch (const std::exception& e) {
    complain(fmt::format("internal: {}; please report this", e.what()));
    return kInternal;
  }
}
