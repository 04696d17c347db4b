// The command line. CLI11 stays in this file: it takes long to compile.
#include "cli/commands.hpp"
#include "core/memory.hpp"
#include "core/version.hpp"
#include "core/vocabulary.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <fmt/format.h>
#include <functional>
#include <limits>

namespace {

using namespace calx;

/// Set by the subcommand that was chosen.
using Action = std::function<int(Console&)>;

void add_max_megapixels(CLI::App& command, int& megapixels) {
  command
      .add_option("--max-megapixels", megapixels,
                  "Refuse larger images before they are decoded; default: 200")
      ->type_name("N")
      ->check(CLI::Validator(CLI::Range(1, 2000)).description(""));
}

constexpr const char* kDetectorHelp =
    "learned: by the network, the default; classical: by thresholds and shape";

void add_analyze(CLI::App& app, AnalyzeArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("analyze", "Find, measure and explain calcifications");
  command->alias("analyse");
  const auto text = [command](const char* name, std::string& field, const char* type,
                              const char* help) {
    command->add_option(name, field, help)->type_name(type);
  };
  command
      ->add_option("FILE", arguments.files, "Radiographs: DICOM, PNG, JPEG, TIFF, BMP, NRRD, ...")
      ->required()
      ->type_name("");
  text("-o,--out", arguments.out_dir, "DIR", "Write NAME.findings.json and NAME.overlay.png here");
  text("--region", arguments.region, "NAME",
       "Body region, over the file's; auto: the file's tags, else what the network saw");
  text("--view", arguments.view, "NAME", "pa, ap, lateral, oblique, axial; over the file's");
  text("--spacing", arguments.spacing, "MM[,MM]",
       "mm between pixel centres, over the file's: one number, or ROW,COLUMN as in DICOM");
  text("--polarity", arguments.polarity, "WORD",
       "as-tagged: the file's word for dark and light; inverted: it is wrong, turn it round");
  text("--detector", arguments.detector, "WORD", kDetectorHelp);
  text("--context", arguments.context_file, "FILE", "What is known of the patient, JSON");
  text("--params", arguments.params_file, "FILE",
       "Parameters, JSON as `calx params --json` prints");
  command->add_option("--set", arguments.set, "One parameter, over --params; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  text("--rules", arguments.rules_file, "FILE", "Rule table in place of the one compiled in");
  command->add_flag("--mask", arguments.mask, "Write NAME.mask.png too: the ids as pixel values");
  command->add_flag("--anatomy-masks", arguments.anatomy_masks,
                    "Write NAME.body.png and NAME.bone.png too: 255 on body and bone");
  command->add_flag("--csv", arguments.csv, "Write deposits.csv too: one row a deposit");
  command->add_flag("--no-overlay", arguments.no_overlay, "Do not write NAME.overlay.png");
  text("--debug-dir", arguments.debug_dir, "DIR", "Write every intermediate image here");
  command->add_option("--frame", arguments.frame, "Frame of a multi-frame file, from 0")
      ->type_name("N")
      ->check(CLI::Validator(CLI::Range(0, std::numeric_limits<int>::max())).description(""));
  add_max_megapixels(*command, arguments.max_megapixels);
  command->add_option("-j,--jobs", arguments.jobs, "Films at a time; default: one for each core")
      ->type_name("N")
      ->check(CLI::Validator(CLI::Range(1, 1024)).description(""));
  command->add_flag("-q,--quiet", arguments.quiet, "No table on standard output");
  command->footer(
      "Examples:\n"
      "  calx analyze hand.dcm                          the findings, on the terminal\n"
      "  calx analyze hand.dcm -o out                   and as files\n"
      "  calx analyze *.png --spacing 0.15 -o out --csv several films, one table\n"
      "  calx analyze hip.dcm --region hip --set lesions.min_area_mm2=0.5\n"
      "  calx analyze hip.dcm --detector classical      without the network\n"
      "Inputs of one name have their outputs told apart by folder (a_hand, b_hand), then by\n"
      "extension (hand_dcm, hand_png), then by number.\n"
      "Exit status: 0 all analysed, 1 some failed (`calx errors` explains the codes),\n"
      "2 the command line is wrong, 3 a defect in calx.");
  command->callback(
      [&] { action = [&arguments](Console& c) { return run_analyze(arguments, c); }; });
}

void add_info(CLI::App& app, InfoArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("info", "Show what was read and how it was understood");
  command->add_option("FILE", arguments.files, "Image files")->required()->type_name("");
  command->add_flag("--json", arguments.json, "One JSON object a line");
  add_max_megapixels(*command, arguments.max_megapixels);
  command->footer("Examples:\n  calx info hand.dcm\n  calx info --json *.dcm");
  command->callback([&] { action = [&arguments](Console& c) { return run_info(arguments, c); }; });
}

void add_evaluate(CLI::App& app, EvaluateArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("evaluate", "Judge results of analyze against a known truth");
  command
      ->add_option("--truth", arguments.truth,
                   "NAME.truth.json, with their masks; in subfolders too")
      ->type_name("DIR")
      ->required();
  command->add_option("--results", arguments.results, "What `calx analyze -o DIR --mask` wrote")
      ->type_name("DIR")
      ->required();
  command->add_option("-o,--out", arguments.out, "Write evaluation.json, .md and .html here")
      ->type_name("DIR");
  command
      ->add_option("--compare", arguments.compare, "Other results on the same films: what differs")
      ->type_name("DIR");
  command->add_flag("--json", arguments.json, "As JSON");
  command->add_option("-j,--jobs", arguments.jobs, "Films at a time; default: one for each core")
      ->type_name("N")
      ->check(CLI::Validator(CLI::Range(1, 1024)).description(""));
  command->footer(
      "Films are paired by name. One without a result counts as all missed. Intervals are 95 %,\n"
      "by bootstrap over films. Bone and body are judged where analyze wrote --anatomy-masks.\n"
      "A prominence is named where it is within 10 mm, on a film without a spacing within 1/24 of\n"
      "its longer side; one whose \"xy\" is null is neither asked for nor wrong.\n"
      "Examples:\n"
      "  calx analyze films/*.dcm -q -o new --mask --anatomy-masks --no-overlay\n"
      "  calx evaluate --truth films --results new -o report\n"
      "  calx evaluate --truth films --results new --compare old");
  command->callback(
      [&] { action = [&arguments](Console& c) { return run_evaluate(arguments, c); }; });
}

void add_pseudonymize(CLI::App& command, std::string& key_file) {
  command
      .add_option("--pseudonymize", key_file,
                  "Replace UIDs and paths by HMAC-SHA-256 under the key in this file")
      ->type_name("KEYFILE");
}

void add_merge(CLI::App& app, MergeArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("merge", "Unite the outputs of shards or machines");
  command->add_option("DIR", arguments.inputs, "Output folders of `calx run`")
      ->required()
      ->type_name("");
  command->add_option("-o,--out", arguments.out_dir, "Records, pictures and tables of all go here")
      ->type_name("DIR")
      ->required();
  add_pseudonymize(*command, arguments.key_file);
  command->add_flag("--allow-mixed", arguments.allow_mixed,
                    "Take records of several versions or parameters into one table");
  command->add_flag("-q,--quiet", arguments.quiet, "No summary on standard output");
  command->footer("Examples:\n"
                  "  calx merge shard-1 shard-2 shard-3 -o cohort\n"
                  "  calx merge cohort -o shared --pseudonymize key    for others to see\n"
                  "  calx merge cohort -o cohort                       the tables, made anew");
  command->callback([&] { action = [&arguments](Console& c) { return run_merge(arguments, c); }; });
}

void add_film_options(CLI::App& command, AnalyzeArguments& film) {
  const auto text = [&command](const char* name, std::string& field, const char* type,
                               const char* help) {
    command.add_option(name, field, help)->type_name(type);
  };
  text("--region", film.region, "NAME", "Body region of all films, over the files'");
  text("--view", film.view, "NAME", "pa, ap, lateral, oblique, axial; over the files'");
  text("--spacing", film.spacing, "MM[,MM]", "mm between pixel centres, over the files'");
  text("--detector", film.detector, "WORD", kDetectorHelp);
  text("--params", film.params_file, "FILE", "Parameters, JSON as `calx params --json` prints");
  command.add_option("--set", film.set, "One parameter, over --params; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  text("--rules", film.rules_file, "FILE", "Rule table in place of the one compiled in");
  add_max_megapixels(command, film.max_megapixels);
  command.add_option("-j,--jobs", film.jobs, "Films at a time; default: one for each core")
      ->type_name("N")
      ->check(CLI::Validator(CLI::Range(1, 1024)).description(""));
  command.add_flag("-q,--quiet", film.quiet, "No progress, no summary");
}

void add_limits(CLI::App& command, RunArguments& arguments) {
  const auto number = [&command](const char* name, double& field, const char* type,
                                 const char* help) {
    command.add_option(name, field, help)
        ->type_name(type)
        ->capture_default_str()
        ->check(CLI::Validator(CLI::PositiveNumber).description(""));
  };
  number("--timeout", arguments.timeout_s, "S", "Seconds by the clock that a file may take");
  number("--cpu-limit", arguments.cpu_limit_s, "S", "Seconds of computing that a file may take");
  number("--memory", arguments.memory_mb, "MB", "Memory that a file may take");
  command.add_flag("--in-process", arguments.in_process,
                   "No confined processes, no limits: for trusted files only");
}

void add_run(CLI::App& app, RunArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("run", "Analyse all radiographs below folders");
  command->add_option("FOLDER", arguments.folders, "Folders, files, DICOMDIRs")->type_name("");
  command->add_option("-o,--out", arguments.out_dir, "Records, tables and overlays go here")
      ->type_name("DIR")
      ->required();
  command->add_option("--manifest", arguments.manifest, "The files that `calx plan` listed")
      ->type_name("FILE");
  command->add_option("--shard", arguments.shard, "Only the I-th of N parts")->type_name("I/N");
  command->add_option("--where", arguments.where, "Only files whose DICOM header says so")
      ->type_name("CONDITION");
  command
      ->add_option("--retry", arguments.retry,
                   "Try again what ended so: failed, timeout, crashed; may be repeated")
      ->type_name("WORD")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_pseudonymize(*command, arguments.key_file);
  command->add_flag("--pictures", arguments.pictures, "Analyse PNG, JPEG, TIFF, ... too");
  command->add_flag("--mask", arguments.mask, "Write masks too: the ids as pixel values");
  command->add_flag("--no-overlay", arguments.no_overlay, "Write no overlays");
  command->add_flag("--allow-mixed", arguments.allow_mixed,
                    "Take records of several versions or parameters into one table");
  add_film_options(*command, arguments.film);
  add_limits(*command, arguments);
  command->footer(
      "The same command again does what is missing or changed, after Ctrl-C or a power cut too.\n"
      "Examples:\n"
      "  calx run archive -o cohort\n"
      "  calx run archive -o hands --where \"Modality in (CR, DX) and BodyPartExamined ~ hand\"\n"
      "  calx run archive -o adults --where \"PatientAge >= 18 and StudyDate >= 20200101\"\n"
      "  calx run archive -o cohort --retry timeout --timeout 600\n"
      "  calx plan archive -o list && calx run --manifest list --shard 2/8 -o part-2\n"
      "Exit status: 0 every file has a record, whatever its outcome; 1 the run is not complete;\n"
      "2 the command line is wrong; 3 a defect in calx.");
  command->callback([&] { action = [&arguments](Console& c) { return run_run(arguments, c); }; });
}

void add_plan(CLI::App& app, PlanArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("plan", "List the files of a cohort for several machines");
  command->add_option("FOLDER", arguments.folders, "Folders, files, DICOMDIRs")
      ->type_name("")
      ->required();
  command->add_option("-o,--out", arguments.manifest, "The manifest to write")
      ->type_name("FILE")
      ->required();
  command->add_flag("-q,--quiet", arguments.quiet, "No summary on standard output");
  command->footer("Example:\n  calx plan archive -o list");
  command->callback([&] { action = [&arguments](Console& c) { return run_plan(arguments, c); }; });
}

void add_status(CLI::App& app, StatusArguments& arguments, Action& action) {
  auto* command = app.add_subcommand("status", "How far a run is and how its files ended");
  command->add_option("DIR", arguments.out_dir, "Output folder of `calx run`")
      ->type_name("")
      ->required();
  command->add_flag("--json", arguments.json, "As JSON");
  command->callback(
      [&] { action = [&arguments](Console& c) { return run_status(arguments, c); }; });
}

void add_verify(CLI::App& app, std::string& out_dir, Action& action) {
  auto* command = app.add_subcommand("verify", "Check every record, picture and table of a run");
  command->add_option("DIR", out_dir, "Output folder of `calx run`")->type_name("")->required();
  command->callback([&] { action = [&out_dir](Console& c) { return run_verify(out_dir, c); }; });
}

/// What the reference subcommands share.
struct TableFlags {
  bool json = false, markdown = false;

  void add(CLI::App& command) {
    auto* as_json = command.add_flag("--json", json, "As JSON");
    command.add_flag("--markdown", markdown, "As a Markdown table")->excludes(as_json);
  }
  TableStyle style() const {
    return json ? TableStyle::Json : markdown ? TableStyle::Markdown : TableStyle::Text;
  }
};

void add_table(CLI::App& app, const char* name, const char* help, TableFlags& flags,
               int (*run)(TableStyle, Console&), Action& action) {
  auto* command = app.add_subcommand(name, help);
  flags.add(*command);
  command->footer(fmt::format("Example:\n  calx {} --markdown", name));
  command->callback([&flags, run, &action] {
    action = [&flags, run](Console& c) { return run(flags.style(), c); };
  });
}

void add_rules(CLI::App& app, std::string& file, bool& markdown, Action& action) {
  auto* command = app.add_subcommand("rules", "Print the rules in use, or check a rule file");
  auto* as_markdown =
      command->add_flag("--markdown", markdown, "As a Markdown table (the default)");
  command->add_option("--check", file, "Check this file and say what is wrong with it")
      ->type_name("FILE")
      ->excludes(as_markdown);
  command->footer("Examples:\n  calx rules --markdown\n  calx rules --check my_rules.json");
  command->callback([&] { action = [&file](Console& c) { return run_rules(file, c); }; });
}

/// CLI11 would only say that an argument was not expected.
std::string unknown_command(const CLI::App& app, std::string_view word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view nearest = nearest_word(word, views);
  return fmt::format("no command is called '{}'; {}there are: {}", word,
                     nearest.empty() ? "" : fmt::format("did you mean '{}'? ", nearest),
                     fmt::join(views, ", "));
}

std::string usage_text(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty() && argc > 1 && argv[1][0] != '-') return unknown_command(app, argv[1]);
  const std::string name = chosen.empty() ? "calx" : "calx " + chosen.front()->get_name();
  return fmt::format("{}\nTry: {} --help", error.what(), name);
}

int run(int argc, char** argv, Console& console) {
  CLI::App app(
      "calx finds, measures and explains soft-tissue calcification on plain radiographs.\n" +
          std::string(kDisclaimer),
      "calx");
  app.set_version_flag("--version",
                       fmt::format("{} {} ({})\n{}", kName, kVersion, kRevision, kDisclaimer));
  app.require_subcommand(1);
  Action action;
  AnalyzeArguments analyze;
  EvaluateArguments evaluate;
  InfoArguments info;
  MergeArguments merge;
  RunArguments cohort_run;
  PlanArguments plan;
  StatusArguments status;
  std::string verify_dir;
  TableFlags params, features, errors;
  std::string rules_file;
  bool rules_markdown = false;
  add_analyze(app, analyze, action);
  add_evaluate(app, evaluate, action);
  add_info(app, info, action);
  add_run(app, cohort_run, action);
  add_plan(app, plan, action);
  add_status(app, status, action);
  add_verify(app, verify_dir, action);
  add_merge(app, merge, action);
  add_table(app, "params", "List the parameters", params, run_params, action);
  add_rules(app, rules_file, rules_markdown, action);
  add_table(app, "features", "List what is measured of a deposit", features, run_features, action);
  add_table(app, "errors", "List the error codes", errors, run_errors, action);
  app.add_subcommand("schema", "Print the JSON Schema of NAME.findings.json")->callback([&action] {
    action = run_schema;
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion& version) {
    console.print(std::string(version.what()) + "\n");
    return kAllDone;
  } catch (const CLI::CallForHelp&) {
    console.print(app.help());
    return kAllDone;
  } catch (const CLI::ParseError& error) {
    console.complain(usage_text(app, error, argc, argv));
    return kUsage;
  }
  return action(console);
}

} // namespace

int main(int argc, char** argv) {
  // A closed pipe is then an error of the write, and no output file is left half-made by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  keep_freed_memory();
  Console console;
  try {
    return console.finish(run(argc, argv, console));
  } catch (const std::exception& e) {
    console.complain(fmt::format("internal: {}; please report this", e.what()));
    return kInternal;
  }
}
