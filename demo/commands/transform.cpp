// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "machine/machine.hpp"
#include "options/picture_options.hpp"
#include "pictures.hpp"
#include "process/end_on_stop.hpp"
#include "process/say.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/progress.hpp"
#include "report/verdict.hpp"
#include "video/format_wish.hpp"
#include "video/frame_pool.hpp"

#include "files/picture_file.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/v4l2/converter.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

struct TransformOptions {
    MachineOptions machine;
    std::string device;
    PictureOptions picture;
    v4l2::FormatWishes source{.fourccs = readable_fourccs()};
    std::optional<v4l2::FormatWishes> result_format; ///< that of the source, or the best
    std::optional<Extent> result_size;               ///< that of the source
    std::filesystem::path out = "out";
    std::uint32_t frames = 3;
    bool decoy = false;
    bool json = false;
};

/// The formats that the device accepted.
struct Formats {
    v4l2::StreamFormat source;
    v4l2::StreamFormat result;

    /// A device that changes nothing gives the same picture.
    [[nodiscard]] bool alike() const {
        return source.layout.fourcc == result.layout.fourcc &&
               source.layout.extent == result.layout.extent;
    }
};

std::expected<Formats, Reasons> agree_on_formats(const v4l2::Converter& converter,
                                                 const TransformOptions& options) {
    v4l2::FormatWishes wishes = options.source;
    wishes.extent = options.picture.size;
    if (!wishes.extent) {
        wishes.extent = options.picture.load().extent();
    }
    auto source = v4l2::set_format(converter.device(), converter.source_type(), wishes);
    if (!source) {
        return std::unexpected(source.error());
    }
    wishes.extent = options.result_size.value_or(source->layout.extent);
    if (options.result_format) {
        wishes.fourccs = options.result_format->fourccs;
        wishes.buffer_each_plane = options.result_format->buffer_each_plane;
    } else { // the source's, else any
        wishes.fourccs = readable_fourccs();
        wishes.fourccs.insert(wishes.fourccs.begin(), source->layout.fourcc);
    }
    auto result = v4l2::set_format(converter.device(), converter.result_type(), wishes);
    if (!result) {
        return std::unexpected(result.error());
    }
    return Formats{.source = *std::move(source), .result = *std::move(result)};
}

/// The views of the last picture, and the sums of all.
struct Transformed {
    Check source{"cpu_to_gpu", "CPU writes the source, GPU reads it", {}};
    Check result{"device_to_gpu", "device writes the result, CPU and GPU read it", {}};
    Check same{"device_to_cpu", "result is the source", {}};
    Check written{"device_writes", "device overwrites what was in the result", {}};
    std::uint32_t frames = 0;
    std::string ended = {}; ///< why there are fewer than were asked for
    bool failed = false;
    SampledPicture source_view = {}; ///< the CPU's
    SampledPicture gpu_source_view = {};
    SampledPicture result_view = {}; ///< the CPU's
    SampledPicture gpu_result_view = {};
};

/// Compares two views of a picture, and looks for the cause of the first difference.
template <class Cause>
void add(Check& check, const SampledPicture& left, const SampledPicture& right, Cause cause) {
    const Comparison result = compare(left, right);
    if (!result.equal() && !check.diagnosis) {
        check.diagnosis = cause();
    }
    check.result += result;
}

void transform_pictures(Transformed& done, const TransformOptions& options, const Formats& formats,
                        v4l2::Conversion& conversion, FramePool& sources, FramePool& results,
                        const StopSignal& stop) {
    constexpr auto patience = std::chrono::seconds(20);
    const Picture picture = resized(options.picture.load(), formats.source.layout.extent);
    Progress progress("pictures", {.all = options.frames});
    while (done.frames < options.frames) {
        sources.write(0, done.frames % 2 == 0 ? picture : negative(picture));
        done.source_view = sources.cpu_view(0);
        done.gpu_source_view = sources.gpu_view(0);
        if (!formats.alike()) {
            results.fill(0);
        }
        if (const auto queued = conversion.submit(0, 0); !queued) {
            done.ended = joined(queued.error(), "; ");
            done.failed = true;
            return;
        }
        const auto result = conversion.wait(patience, stop.fd());
        if (stop.raised() || !result || result->corrupted) {
            done.ended = stop.raised() ? "it was stopped"
                         : !result ? text::format("the device gave no picture within {}", patience)
                                   : "the device marked its picture as corrupted";
            done.failed = !stop.raised();
            return;
        }
        if (!formats.alike()) {
            const std::uint64_t pixels = formats.result.layout.extent.pixels();
            done.written.result +=
                Comparison{.compared = pixels, .different = results.untouched(0) ? pixels : 0};
        }
        if (const auto followed = results.follow(result->placed(formats.result.layout));
            !followed) {
            done.ended = "the GPU cannot import the result where the device writes it: " +
                         joined(followed.error(), "; ");
            done.failed = true;
            return;
        }
        done.result_view = results.cpu_view(0);
        done.gpu_result_view = results.gpu_view(0);
        add(done.source, done.source_view, done.gpu_source_view,
            [&] { return sources.cause(0, done.source_view, done.gpu_source_view); });
        add(done.result, done.result_view, done.gpu_result_view,
            [&] { return results.cause(0, done.result_view, done.gpu_result_view); });
        if (formats.alike()) {
            add(done.same, done.source_view, done.result_view,
                [&] { return results.cause(0, done.source_view, done.result_view); });
        }
        progress.done(++done.frames);
    }
}

/// @param written by the device: the buffers of the results, or a decoy.
/// @return what was transformed until the device failed, or the reasons why it cannot use this
///         memory.
std::expected<Transformed, Reasons>
run_converter(const TransformOptions& options, const v4l2::Converter& converter,
              const Formats& formats, FramePool& sources, FramePool& results,
              std::span<const DmaBuf> written, const StopSignal& stop) {
    Transformed done;
    try {
        auto conversion = v4l2::Conversion::start(
            converter, {.format = formats.source, .buffers = sources.buffers()},
            {.format = formats.result, .buffers = written});
        if (!conversion) {
            return std::unexpected(conversion.error());
        }
        transform_pictures(done, options, formats, *conversion, sources, results, stop);
    } catch (const v4l2::DeviceError& error) {
        done.ended = error.what();
        done.failed = true;
    }
    return done;
}

std::string layout_text(const ImageLayout& layout) {
    return text::format("{}x{} {}, stride {}", layout.extent.width, layout.extent.height,
                        layout.format().name, layout.planes[0].stride);
}

ExitStatus finish_transform(const TransformOptions& options, const Formats& formats,
                            const Transformed& done, Verdict verdict) {
    const VerdictFiles files{
        .folder = options.out, .json = "transform.json", .picture = "transform.png"};
    verdict.counts = {{"frames", "transformed", done.frames}};
    verdict.facts.push_back({"result", layout_text(formats.result.layout)});
    if (!done.ended.empty()) {
        const std::string ended =
            text::format("after {} pictures: {}", done.frames, printable(done.ended));
        say("parallax: {}", ended);
        verdict.facts.push_back({"ended", ended});
    }
    if (done.frames == 0) {
        std::error_code none;
        std::filesystem::remove(files.folder / files.picture, none); // of an earlier run
        return finish(verdict, {}, files, options.json);
    }
    verdict.checks = {done.source, done.result};
    verdict.checks.push_back(formats.alike() ? done.same : done.written);
    const std::array pictures{
        TitledPicture{.title = "source, CPU view", .picture = &done.source_view.picture},
        TitledPicture{.title = "source, GPU view", .picture = &done.gpu_source_view.picture},
        TitledPicture{.title = "result, CPU view", .picture = &done.result_view.picture},
        TitledPicture{.title = "result, GPU view", .picture = &done.gpu_result_view.picture}};
    const ExitStatus status = finish(verdict, pictures, files, options.json);
    return status == ExitStatus::agree && done.failed ? ExitStatus::failed : status;
}

ExitStatus transform(const TransformOptions& options) {
    const StopSignal stop;
    std::optional<EndOnStop> end(std::in_place, stop);
    Stopwatch stopwatch;
    const auto converter = v4l2::Converter::open(options.device);
    if (!converter) {
        return unsupported("this machine has no memory-to-memory device that can be used",
                           converter.error());
    }
    const auto formats = agree_on_formats(*converter, options);
    if (!formats) {
        return unsupported("the device does not transform what is wanted", formats.error());
    }
    auto machine = Machine::open(options.machine);
    if (!machine) {
        return unsupported("this machine cannot do it", machine.error());
    }
    stopwatch.lap("start");
    auto sources = FramePool::allocate(*machine->exporter, machine->context(), formats->source, 1,
                                       "parallax source");
    auto results = FramePool::allocate(*machine->exporter, machine->context(), formats->result, 1,
                                       "parallax result");
    if (!sources || !results) {
        return unsupported(machine->context().facts().name + " cannot import this picture",
                           !sources ? sources.error() : results.error());
    }
    std::vector<DmaBuf> decoy;
    for (const DmaBuf& result : results->buffers()) {
        if (options.decoy) {
            decoy.push_back(machine->exporter->allocate(result.size()));
        }
    }
    Verdict verdict{
        .facts = import_facts(machine->context(), std::max(sources->method(), results->method()),
                              sources->buffers().front()),
        .refused = results->method() > sources->method() ? results->refused() : sources->refused(),
        .layout = formats->source.layout,
        .buffer_size = sources->buffers().front().size(),
        .decoy = options.decoy};
    verdict.facts.insert(verdict.facts.begin(),
                         {{"converter", text::format("{} ({})", converter->device().name(),
                                                     converter->device().driver())},
                          {"exporter", printable(options.machine.exporter)}});
    stopwatch.lap("import");
    end.emplace(stop, EndOnStop::long_enough); // a GPU may hang
    const auto done =
        run_converter(options, *converter, *formats, *sources, *results,
                      decoy.empty() ? results->buffers() : std::span<const DmaBuf>(decoy), stop);
    if (!done) {
        return unsupported("the device cannot use this memory", done.error());
    }
    stopwatch.lap("pictures");
    verdict.laps = stopwatch.laps();
    return machine->device.validated(finish_transform(options, *formats, *done, verdict));
}

} // namespace

void add_transform(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<TransformOptions>();
    CLI::App* const command = program.add_subcommand(
        "transform", "Let a memory-to-memory device read one dma-buf and write another, and "
                     "compare how CPU and GPU see both");
    options->machine.device.option = "--gpu";
    options->machine.add_to(*command, chosen);
    command->add_option("--device", options->device,
                        "Memory-to-memory device to use, as in /dev/video1: a scaler, a converter "
                        "of formats; the first by default");
    command->add_option("--image", options->picture.image,
                        "Picture to transform, PNG or JPEG; by default one in the program");
    command->add_option_function<std::string>(
        "--size",
        [options](const std::string& text) {
            options->picture.size = parse_extent("--size", text);
        },
        "WIDTHxHEIGHT of the source; the device may choose another");
    command->add_option_function<std::string>(
        "--format",
        [options](const std::string& name) { wish_for_format(options->source, "--format", name); },
        text::format(
            "Format of the source: {}; or V4L2's code of it, as in NM12; by default the best that "
            "the device reads",
            readable_format_names()));
    command->add_option_function<std::string>(
        "--to-format",
        [options](const std::string& name) {
            wish_for_format(options->result_format.emplace(), "--to-format", name);
        },
        "Format of the result; that of the source by default");
    command->add_option_function<std::string>(
        "--to-size",
        [options](const std::string& text) {
            options->result_size = parse_extent("--to-size", text);
        },
        "WIDTHxHEIGHT of the result; that of the source by default");
    command->add_option("--frames", options->frames, "Number of pictures to transform")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--out", options->out, "Folder for transform.png and transform.json")
        ->capture_default_str();
    command->add_flag("--decoy", options->decoy,
                      "Let the device write another buffer than the one that is compared: the "
                      "run must find a difference");
    command->add_flag("--json", options->json, "Print the verdict as JSON");
    command->footer("Examples:\n"
                    "  parallax transform --device /dev/video1\n"
                    "  parallax transform --device /dev/video1 --size 640x480 --to-size 320x240\n"
                    "  parallax transform --format RGB565 --to-format YUYV");
    choose(*command, chosen, [options] { return transform(*options); });
}

} // namespace parallax::demo
