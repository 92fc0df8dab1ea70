// SPDX-License-Identifier: MIT
#include "commands/window.hpp"

#include "window/report.hpp"
#include "window/session.hpp"

#include "exit_status.hpp"
#include "options/machine.hpp"
#include "options/picture_options.hpp"

#include "parallax/read_file.hpp"

#include <algorithm>
#include <cstdio>
#include <format>
#include <print>

namespace parallax::demo {
namespace {

constexpr Extent window_size{.width = 1280, .height = 720}; // window units
constexpr std::size_t largest_script = std::size_t{16} << 20;
constexpr unsigned most_losses = 3; // of a device, before it is given up

struct WindowOptions {
    MachineOptions machine;
    PictureOptions picture;
    Extent size = window_size;
    std::optional<std::uint64_t> frames;
    std::string screenshot;
    std::string script;
    std::string rule;
    std::vector<std::string> views{"cpu", "gpu"};
    EyeOptions eyes;
    bool json = false;
};

Script load_script(const std::string& file) {
    if (file.empty()) {
        return {};
    }
    try {
        return Script::parse(read_file(file, largest_script), file);
    } catch (const std::exception& error) {
        throw UsageError(error.what());
    }
}

/// What the options say of input, added to what the script says.
Script script_of(const WindowOptions& options) {
    Script script = load_script(options.script);
    if (!options.rule.empty()) {
        const auto rule = find_rule(options.rule);
        if (!rule) {
            std::string names;
            for (const Rule& row : rules()) {
                names += std::format("{}'{}'", names.empty() ? "" : ", ", row.name);
            }
            throw UsageError(
                std::format("--break: there is no rule '{}'; there are {}", options.rule, names));
        }
        script.add({.frame = 0, .event = rules()[*rule].action});
    }
    if (!options.screenshot.empty()) {
        if (!options.frames) {
            throw UsageError("--screenshot is taken of the last frame: say which with --frames");
        }
        script.add({.frame = *options.frames == 0 ? 0 : *options.frames - 1,
                    .event = SaveScreenshot{options.screenshot}});
    }
    return script;
}

/// A display shows the memory only in a size that it has a mode of. The picture's own, wherever
/// that does not matter or somebody said so.
Extent canvas_size(const WindowOptions& options, const Picture& picture) {
    constexpr Extent every_display{.width = 640, .height = 480};
    const bool shown = std::ranges::find(options.views, "display") != options.views.end();
    return shown && !options.picture.size ? every_display : picture.extent();
}

/// @return nothing if the device is to be started again, else what the program ends with.
std::optional<ExitStatus> count_loss(WindowState& state) {
    state.rule.reset();
    if (++state.losses <= most_losses) {
        std::println(stderr, "parallax: the GPU was lost; starting it again");
        return std::nullopt;
    }
    std::println(stderr,
                 "parallax: the GPU was lost {} times; giving it up (dmesg may tell why, and "
                 "--device take another)",
                 state.losses);
    return ExitStatus::failed;
}

/// Everything on one device, from opening it until the window closes or the device is lost.
/// @return nothing if the device was lost, with @p picture as the memory was then.
std::optional<ExitStatus> run_on_device(const WindowOptions& options, const Script& script,
                                        std::span<Eye* const> eyes, GlfwWindow& window,
                                        WindowState& state, Picture& picture) {
    const Presentation presentation{.instance_extensions = GlfwWindow::instance_extensions(),
                                    .create_surface = [&](const Instance& instance) {
                                        return window.create_surface(instance);
                                    }};
    auto machine = Machine::open(options.machine, &presentation);
    if (!machine) {
        print_reasons("this machine cannot do it", machine.error());
        return ExitStatus::unsupported;
    }
    auto canvas = SharedCanvas::create(*machine->context, *machine->exporter,
                                       {.extent = canvas_size(options, picture),
                                        .format = options.picture.format,
                                        .rung = options.picture.rung},
                                       picture);
    if (!canvas) {
        print_reasons(std::format("{} cannot import this picture", machine->context->facts().name),
                      canvas.error());
        return ExitStatus::unsupported;
    }
    Report report;
    bool lost = false;
    {
        ImGuiSession imgui(window.handle());
        Session session({.window = window,
                         .machine = *machine,
                         .imgui = imgui,
                         .state = state,
                         .script = script,
                         .eyes = eyes,
                         .exporter = options.machine.exporter,
                         .frames = options.frames},
                        *std::move(canvas));
        try {
            session.run();
        } catch (const vk::DeviceLostError&) {
            picture = session.canvas().image().cpu_view(); // the memory itself is not lost
            lost = true;
        }
        report = Report::of(state, session);
    }
    machine->context.reset(); // what was not destroyed is reported now
    const bool invalid = options.machine.validate && machine->report_validation() > 0;
    if (lost) {
        return count_loss(state);
    }
    if (options.json || options.frames) {
        std::print("{}", options.json ? report.json() : report.text());
    }
    if (invalid) {
        return ExitStatus::invalid;
    }
    const bool agree =
        state.different == 0 &&
        std::ranges::all_of(state.elsewhere, [](const auto& from) { return from.different == 0; });
    return agree ? ExitStatus::agree : ExitStatus::differ;
}

/// Those that were asked for, in the order of their panels.
std::vector<std::unique_ptr<Eye>> open_eyes(const WindowOptions& options) {
    std::vector<std::unique_ptr<Eye>> eyes;
    for (const EyeKind& kind : eye_kinds()) {
        if (std::ranges::find(options.views, kind.name) != options.views.end()) {
            eyes.push_back(std::make_unique<Eye>(kind, options.eyes));
        }
    }
    return eyes;
}

ExitStatus show(const WindowOptions& options) {
    const Script script = script_of(options);
    Picture picture = options.picture.load();
    const auto opened = open_eyes(options); // before the window system's libraries start threads
    std::vector<Eye*> eyes;
    WindowState state;
    for (const std::unique_ptr<Eye>& eye : opened) {
        eyes.push_back(eye.get());
        state.elsewhere.push_back({.name = eye->kind().name});
    }
    auto window = GlfwWindow::create(options.size);
    if (!window) {
        print_reasons("there is no window here", window.error());
        return ExitStatus::unsupported;
    }
    const Extent size = canvas_size(options, picture);
    state.place = glm::vec2(size.width, size.height) * 0.5F;
    for (;;) {
        std::optional<ExitStatus> status;
        try {
            status = run_on_device(options, script, eyes, *window, state, picture);
        } catch (const vk::DeviceLostError&) { // before its first frame
            status = count_loss(state);
        }
        if (status) {
            return *status;
        }
    }
}

} // namespace

void add_window(CLI::App& program) {
    auto options = std::make_shared<WindowOptions>();
    CLI::App* const command = program.add_subcommand(
        "window", "Draw into shared memory with the CPU, and watch what the GPU sees of it");
    options->machine.add_to(*command);
    options->picture.add_to(*command);
    command->add_option_function<std::string>(
        "--window-size",
        [options](const std::string& text) { options->size = parse_extent("--window-size", text); },
        "WIDTHxHEIGHT of the window; 1280x720 if none");
    command->add_option("--frames", options->frames, "Close the window after so many frames");
    command->add_option("--screenshot", options->screenshot,
                        "PNG of what the window shows in the last of --frames");
    command->add_option("--script", options->script,
                        "Timed inputs, one a line; docs/window.md has the language");
    command->add_option("--break", options->rule,
                        "Begin with one rule broken: 'no SYNC', 'wrong stride', ...");
    command
        ->add_option("--views", options->views,
                     "Who looks at the memory, with commas between: cpu, gpu (these two always), "
                     "process, display; what this machine has not is said in the window")
        ->delimiter(',')
        ->check(CLI::IsMember({"cpu", "gpu", "process", "display"}))
        ->capture_default_str();
    options->eyes.camera.add_to(*command);
    command->add_flag("--json", options->json, "Print what happened as JSON, at the end");
    command->footer(
        "Examples:\n"
        "  parallax window                          H shows the keys\n"
        "  parallax window --image photo.jpg --views cpu,gpu,process,display\n"
        "  parallax window --break 'wrong stride'   what breaking that rule looks like");
    command->callback([options] { throw CLI::RuntimeError(static_cast<int>(show(*options))); });
}

} // namespace parallax::demo
