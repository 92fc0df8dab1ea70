// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "window/report.hpp"
#include "window/session.hpp"

#include "machine/machine.hpp"
#include "options/picture_options.hpp"
#include "options/views_options.hpp"
#include "process/exit_status.hpp"
#include "process/say.hpp"
#include "report/failure.hpp"

#include "files/read_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <algorithm>
#include <cstdio>

namespace parallax::demo {
namespace {

constexpr Extent window_size{.width = 1280, .height = 720}; // window units
constexpr std::size_t largest_script = std::size_t{16} << 20;
constexpr unsigned most_losses = 3; // of a device, before the program ends

struct WindowOptions {
    MachineOptions machine;
    PictureOptions picture;
    Extent size = window_size;
    std::optional<std::uint64_t> frames;
    std::string screenshot;
    std::string script;
    std::string rule;
    ViewsOptions views;
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

/// The script with the input that options state.
Script script_of(const WindowOptions& options) {
    Script script = load_script(options.script);
    if (!options.rule.empty()) {
        const auto rule = find_rule(options.rule);
        if (!rule) {
            const auto name = [](const Rule& each) { return each.mistake->name; };
            throw UsageError(text::format("--break: the window has no mistake '{}'; it has {}",
                                          options.rule, joined(rules(), ", ", name)));
        }
        script.add({.frame = 0, .event = rules()[*rule].action});
    }
    if (!options.screenshot.empty()) {
        if (!options.frames) {
            throw UsageError("--screenshot is taken of the last frame: say which with --frames");
        }
        script.add({.frame = *options.frames - 1, .event = SaveScreenshot{options.screenshot}});
    }
    return script;
}

/// The size of the memory: that of a common display mode if a display is among the views and --size
/// is not given; else the picture's.
Extent shared_extent(const WindowOptions& options, const Picture& picture) {
    constexpr Extent every_display{.width = 640, .height = 480};
    return options.views.contains("display") && !options.picture.size ? every_display
                                                                      : picture.extent();
}

/// @return nothing if the device is to be started again, else the exit status.
std::optional<ExitStatus> count_loss(WindowState& state) {
    state.rule.reset();
    if (++state.losses <= most_losses) {
        say("parallax: the GPU was lost; starting it again");
        return std::nullopt;
    }
    say("parallax: the GPU was lost {} times; giving it up (dmesg may tell why, and "
        "--device take another)",
        state.losses);
    return ExitStatus::failed;
}

/// Screenshots that were requested and not taken, and views that a run of that many --frames was to
/// compare, but never could. An interactive window shows the latter only in its panels.
Reasons missing_results(const WindowOptions& options, const Script& script,
                        const WindowState& state) {
    Reasons missing = state.refused;
    const auto not_taken = [&missing](const std::filesystem::path& file) {
        missing.push_back(text::format("{}: the window closed before it was taken", file.string()));
    };
    std::ranges::for_each(state.screenshots, not_taken);
    for (const TimedEvent& later : script.events().subspan(state.script_place)) {
        if (const auto* const screenshot = std::get_if<SaveScreenshot>(&later.event)) {
            not_taken(screenshot->file);
        }
    }
    for (const ViewerState& viewer : state.viewers) {
        if (options.frames && !options.views.all() && viewer.compared == 0) {
            missing.push_back(text::format(
                "{}: {}", viewer.name,
                viewer.trouble.empty() ? "the window closed before it was seen" : viewer.trouble));
        }
    }
    return missing;
}

/// Runs the window on one device, from opening it until the window closes or the device is lost.
/// @return nothing if the device was lost; @p picture then has the memory's content.
std::optional<ExitStatus> run_on_device(const WindowOptions& options, const Script& script,
                                        const Viewers& viewers, GlfwWindow& window,
                                        WindowState& state, Picture& picture) {
    const Presentation presentation{.instance_extensions = GlfwWindow::instance_extensions(),
                                    .create_surface = [&](const Instance& instance) {
                                        return window.create_surface(instance);
                                    }};
    auto machine = Machine::open(options.machine, &presentation);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    auto shared = SharedBuffer::create(machine->context(), *machine->exporter,
                                       {.extent = shared_extent(options, picture),
                                        .fourcc = options.picture.fourcc,
                                        .method = options.picture.method},
                                       picture);
    if (!shared) {
        return unsupported(machine->context().facts().name + " cannot import this picture",
                           shared.error());
    }
    Report report;
    bool lost = false;
    {
        ImGuiSession imgui;
        Session session({.window = window,
                         .machine = *machine,
                         .imgui = imgui,
                         .state = state,
                         .script = script,
                         .viewers = viewers,
                         .exporter = printable(options.machine.exporter),
                         .frames = options.frames},
                        *std::move(shared));
        try {
            session.run();
        } catch (const vk::DeviceLostError&) {
            picture = session.shared().image().cpu_view(); // the memory itself is not lost
            lost = true;
        }
        report = Report::of(state, session);
    }
    machine->device.context.reset(); // the validation layers report leaked objects now
    const bool invalid = report_validation(*machine->device.instance) > 0;
    if (lost) {
        return count_loss(state);
    }
    if (options.json || options.frames) {
        text::print("{}", options.json ? report.json() : report.text());
    }
    if (invalid) {
        return ExitStatus::invalid;
    }
    const bool agree =
        state.different == 0 && std::ranges::all_of(state.viewers, [](const auto& viewer) {
            return viewer.different == 0;
        });
    if (!agree) {
        return ExitStatus::differ;
    }
    const Reasons missing = missing_results(options, script, state);
    return missing.empty() ? ExitStatus::agree
                           : unsupported("not all that was asked for was seen", missing);
}

ExitStatus show(const WindowOptions& options) {
    const Script script = script_of(options);
    Picture picture = options.picture.load();
    // Before the window system's libraries start threads.
    const Viewers viewers = start_viewers(options.views, ViewsOptions::Use::live);
    WindowState state;
    for (const auto& viewer : viewers) {
        state.viewers.push_back({.name = viewer->kind().name});
    }
    auto window = GlfwWindow::create(options.size);
    if (!window) {
        return unsupported("there is no window here", window.error());
    }
    const Extent size = shared_extent(options, picture);
    state.place = glm::vec2(size.width, size.height) * 0.5F;
    for (;;) {
        std::optional<ExitStatus> status;
        try {
            status = run_on_device(options, script, viewers, *window, state, picture);
        } catch (const vk::DeviceLostError&) { // before its first frame
            status = count_loss(state);
        }
        if (status) {
            return *status;
        }
    }
}

} // namespace

void add_window(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<WindowOptions>();
    CLI::App* const command = program.add_subcommand(
        "window", "Draw into shared memory with the CPU, and watch the GPU's view of it");
    options->machine.add_to(*command, chosen);
    options->picture.add_to(*command, FormatChoice::rgb);
    command->add_option_function<std::string>(
        "--window-size",
        [options](const std::string& text) { options->size = parse_extent("--window-size", text); },
        "WIDTHxHEIGHT of the window; 1280x720 by default");
    command->add_option("--frames", options->frames, "Close the window after so many frames")
        ->check(CLI::PositiveNumber);
    command->add_option("--screenshot", options->screenshot,
                        "PNG of the window in the last of --frames");
    command->add_option("--script", options->script,
                        "File of timed inputs, one per line; see docs/window.md");
    command->add_option(
        "--break", options->rule,
        "Start with one rule broken: " +
            joined(rules(), ", ", [](const Rule& rule) { return rule.mistake->name; }));
    options->views.add_to(*command, ViewsOptions::Use::live,
                          "The window lists the views that this machine lacks; if a view given by "
                          "name was never compared in a run of --frames, the status is 3");
    command->add_flag("--json", options->json, "Print what happened as JSON, at the end");
    command->footer("Examples:\n"
                    "  parallax window                          H shows the keys\n"
                    "  parallax window --image photo.jpg --views cpu,gpu,process,display\n"
                    "  parallax window --break stride           with that rule broken");
    choose(*command, chosen, [options] {
        options->views.viewers.device = options->machine.device;
        options->views.viewers.window = true;
        return show(*options);
    });
}

} // namespace parallax::demo
