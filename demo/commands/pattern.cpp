// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "options/pattern_options.hpp"
#include "pattern/pattern.hpp"

#include "files/picture_file.hpp"
#include "files/write_file.hpp"
#include "parallax/image/pixels.hpp"
#include "parallax/printable.hpp"

#include <nlohmann/json.hpp>

#include <strings.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <print>
#include <string>
#include <vector>

namespace parallax::demo {
namespace {

struct PatternCommand {
    PatternOptions pattern;
    std::filesystem::path out;
    bool json = false;
};

/// The memory from its start to the end of the last row; zero where there are no pixels.
void save_memory(const Pattern& pattern, const std::filesystem::path& file) {
    std::vector<std::byte> memory(pattern.layout.size());
    write_pixels(draw_pattern(pattern), pattern.layout, memory);
    write_file(file, {reinterpret_cast<const char*>(memory.data()), memory.size()});
}

ExitStatus write_pattern(const PatternCommand& options) {
    const Pattern pattern = options.pattern.resolve();
    const std::string ending = options.out.extension().string();
    const bool as_png = ::strcasecmp(ending.c_str(), ".png") == 0;
    if (as_png) {
        save_png(pattern_as_written(pattern), options.out);
    } else {
        save_memory(pattern, options.out);
    }
    const std::string file = printable(options.out.string());
    if (options.json) {
        nlohmann::ordered_json json{{"file", file}, {"content", as_png ? "picture" : "memory"}};
        json.update(json_of(pattern));
        std::println("{}", json.dump(2));
    } else {
        std::println("{}: {}, {}", file, as_png ? "a picture" : "memory", describe(pattern));
    }
    return ExitStatus::agree;
}

} // namespace

void add_pattern(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<PatternCommand>();
    CLI::App* const command = program.add_subcommand(
        "pattern", "Write a test pattern that describes itself, to test an importer of your own");
    options->pattern.add_to(*command, "Number of the frame, 0 to 65535; 0 by default");
    command
        ->add_option("--out", options->out,
                     "File to write: a picture if its name ends in .png, else the raw memory")
        ->required();
    command->add_flag("--json", options->json, "Print what was written as JSON");
    command->footer(
        "Examples:\n"
        "  parallax pattern --out pattern.png       to show and take a screenshot of\n"
        "  parallax pattern --size 1280x720 --format RGB565 --stride 2816 --out pattern.raw\n"
        "  parallax judge screenshot.png            what a program has made of it");
    choose(*command, chosen, [options] { return write_pattern(*options); });
}

} // namespace parallax::demo
