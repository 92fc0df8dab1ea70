// SPDX-License-Identifier: MIT
#include "commands/render.hpp"

#include "exit_status.hpp"
#include "options/machine.hpp"
#include "options/picture_options.hpp"
#include "process/progress.hpp"
#include "stopwatch.hpp"
#include "verdict.hpp"
#include "views/other_views.hpp"

#include "parallax/contact_sheet.hpp"
#include "parallax/vulkan/gpu_view.hpp"
#include "parallax/vulkan/shared_image.hpp"
#include "parallax/write_file.hpp"

#include <algorithm>
#include <filesystem>
#include <format>
#include <optional>
#include <print>
#include <string>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

struct RenderOptions {
    MachineOptions machine;
    PictureOptions picture;
    std::filesystem::path out = "out";
    std::vector<std::string> views{"cpu", "gpu"};
    ScreenCamera camera;
    bool decoy = false;
    bool json = false;
};

/// What the GPU is expected to have written when it wrote the negative.
Picture negative(Picture picture) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel = {.r = static_cast<std::uint8_t>(255 - pixel.r),
                 .g = static_cast<std::uint8_t>(255 - pixel.g),
                 .b = static_cast<std::uint8_t>(255 - pixel.b),
                 .a = pixel.a};
    }
    return picture;
}

/// What was seen from elsewhere, in the order of the table.
struct Seen {
    const OtherView* view;
    Picture picture;
};

/// Looks at the memory from wherever the options say; what cannot be seen here goes into the
/// verdict with its reasons.
std::vector<Seen> look_from_elsewhere(const RenderOptions& options, const SharedImage& image,
                                      const Picture& cpu_view, Verdict& verdict) {
    std::vector<Seen> all;
    for (const OtherView& view : other_views()) {
        if (std::ranges::find(options.views, view.name) == options.views.end()) {
            continue;
        }
        auto picture =
            view.look({.image = image, .device = options.machine, .camera = options.camera});
        if (!picture) {
            for (const std::string& reason : picture.error()) {
                verdict.missing.push_back(std::format("{}: {}", view.name, reason));
            }
            continue;
        }
        const bool no_alpha = view.look == look_at_display;
        verdict.checks.push_back(
            {std::string(view.check), std::string(view.sentence),
             compare(no_alpha ? without_alpha(cpu_view) : cpu_view, *picture)});
        all.push_back({.view = &view, .picture = *std::move(picture)});
    }
    return all;
}

void save_views(const std::filesystem::path& file, const Picture& cpu, const Picture& gpu,
                const std::vector<Seen>& others, const Verdict& verdict) {
    const Picture difference = difference_picture(cpu, gpu);
    std::vector<Panel> panels{{.title = "CPU view", .picture = &cpu},
                              {.title = "GPU view", .picture = &gpu}};
    for (const Seen& seen : others) {
        panels.push_back({.title = std::string(seen.view->title), .picture = &seen.picture});
    }
    panels.push_back({.title = "difference, CPU and GPU", .picture = &difference});
    save_png(contact_sheet(panels, std::format("{} - {} - {} - {}", verdict.headline(),
                                               verdict.exporter, verdict.device, verdict.rung)),
             file);
}

Verdict describe_run(const RenderOptions& options, const Machine& machine,
                     const SharedImage& image) {
    const DeviceFacts& facts = machine.context->facts();
    return {.exporter = options.machine.exporter,
            .device = facts.name,
            .driver = facts.driver,
            .rung = std::string(rung_name(image.plan().rung)),
            .refused = describe(image.plan().refused),
            .synchronisation = choose_synchronisation(*machine.context, image.buffer()),
            .layout = image.layout(),
            .buffer_size = image.buffer().size(),
            .decoy = options.decoy};
}

ExitStatus exit_status(const RenderOptions& options, const Machine& machine,
                       const Verdict& verdict) {
    if (options.machine.validate && machine.report_validation() > 0) {
        return ExitStatus::invalid;
    }
    return verdict.agree() ? ExitStatus::agree : ExitStatus::differ;
}

ExitStatus render(const RenderOptions& options) {
    const Picture picture = options.picture.load();

    Stopwatch stopwatch;
    std::optional<Progress> progress(std::in_place, "steps", Progress::Options{.all = 9});
    const auto lap = [&](const char* step) {
        stopwatch.lap(step);
        progress->done(stopwatch.steps().size());
    };
    auto machine = Machine::open(options.machine);
    if (!machine) {
        print_reasons("this machine cannot do it", machine.error());
        return ExitStatus::unsupported;
    }
    lap("start");
    auto image = SharedImage::create(*machine->context, *machine->exporter,
                                     {.extent = picture.extent(),
                                      .format = options.picture.format,
                                      .rung = options.picture.rung,
                                      .decoy = options.decoy});
    if (!image) {
        print_reasons(std::format("{} cannot import this picture", machine->context->facts().name),
                      image.error());
        return ExitStatus::unsupported;
    }
    lap("import");
    const GpuView gpu(*machine->context, image->layout());
    Verdict verdict = describe_run(options, *machine, *image);
    lap("pipeline");

    // The main question: what the CPU wrote, does the GPU see it?
    image->paint(picture);
    lap("CPU write");
    const Picture gpu_view = gpu.read(image->imported(), image->buffer());
    lap("GPU read");
    const Picture cpu_view = image->cpu_view();
    lap("CPU read");
    verdict.checks.push_back({"cpu_to_gpu", "CPU writes, GPU reads", compare(cpu_view, gpu_view)});

    // Who else sees the same?
    const std::vector<Seen> others = look_from_elsewhere(options, *image, cpu_view, verdict);
    lap("other views");

    // Is it shared, or was it copied at import? Write again, without a new import.
    image->paint(test_pattern(picture.extent(), 2));
    const Picture second = image->cpu_view();
    verdict.checks.push_back({"cpu_to_gpu_again", "CPU writes again, GPU reads",
                              compare(second, gpu.read(image->imported(), image->buffer()))});

    // The other direction: the GPU writes, and the CPU looks through its old mapping.
    if (image->imported().can_store()) {
        lap("second write");
        // Nobody waits for the GPU here: the CPU's SYNC start does, in the kernel.
        const GpuTurn turn = gpu.write_negative(image->imported(), image->buffer());
        lap("GPU write");
        verdict.checks.push_back(
            {"gpu_to_cpu", "GPU writes, CPU reads", compare(negative(second), image->cpu_view())});
    }

    verdict.steps = stopwatch.steps();
    save_views(options.out / "views.png", cpu_view, gpu_view, others, verdict);
    progress.reset();
    const std::string json = verdict.json().dump(2) + "\n";
    write_file(options.out / "verdict.json", json);
    std::print("{}", options.json ? json : verdict.text());
    if (!options.json) {
        std::println("  {:<10} {}", "picture", (options.out / "views.png").string());
    }
    return exit_status(options, *machine, verdict);
}

} // namespace

void add_render(CLI::App& program) {
    auto options = std::make_shared<RenderOptions>();
    CLI::App* const command = program.add_subcommand(
        "render", "Share a picture between CPU and GPU, without a window, and compare both views");
    options->machine.add_to(*command);
    options->picture.add_to(*command);
    command
        ->add_option("--views", options->views,
                     "Who looks at the memory, with commas between: cpu, gpu (these two always), "
                     "display, process, device; what this machine has not is named in the verdict")
        ->delimiter(',')
        ->check(CLI::IsMember({"cpu", "gpu", "display", "process", "device"}))
        ->capture_default_str();
    options->camera.add_to(*command);
    command->add_option("--out", options->out, "Folder for views.png and verdict.json")
        ->capture_default_str();
    command->add_flag("--decoy", options->decoy,
                      "Import another buffer of the same size: the run must report a difference");
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer(
        "Examples:\n"
        "  parallax render                          the project's own picture, out/views.png\n"
        "  parallax render --exporter system        without this project's module\n"
        "  parallax render --image photo.jpg --format RGB565 --out /tmp/views\n"
        "  parallax render --decoy                  must find a difference: status 1");
    command->callback([options] { throw CLI::RuntimeError(static_cast<int>(render(*options))); });
}

} // namespace parallax::demo
