// SPDX-License-Identifier: MIT
#include "survey/trials.hpp"

#include "scanout/screen_camera.hpp"
#include "survey/base64.hpp"
#include "viewers/mistake.hpp"
#include "viewers/sharing_checks.hpp"

#include "exporters/exporters.hpp"
#include "files/picture_file.hpp"
#include "offscreen/submission.hpp"
#include "parallax/image/format.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/device.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace parallax::demo::survey {
namespace {

/// The same with another version of the driver, and another one with another driver of the GPU.
std::string id_of(const vk::raii::PhysicalDevice& device, const DeviceFacts& facts) {
    const auto properties = device.getProperties();
    const std::string driver = facts.driver.substr(0, facts.driver.find(' '));
    return text::format("{:04x}:{:04x} {}", properties.vendorID, properties.deviceID, driver);
}

/// Tells two equal GPUs apart.
void number_equal_ids(std::vector<SurveyedDevice>& devices) {
    std::map<std::string, int> known;
    for (SurveyedDevice& device : devices) {
        if (const int number = ++known[device.id]; number > 1) {
            device.id += text::format(" #{}", number);
        }
    }
}

CheckResult result_of(const Check& check) {
    return {.sentence = check.sentence,
            .compared = check.result.compared,
            .different = check.result.different,
            .cause = check.diagnosis ? check.diagnosis->sentence : std::string()};
}

/// Opaque, since alpha would change the colours in a browser.
TitledPng png_of(const std::string& title, const Picture& picture) {
    const std::vector<char> png = encode_png(without_alpha(picture), title);
    return {.title = title, .base64 = base64({png.data(), png.size()})};
}

void add(Trial& trial, const ComparedViews& views) {
    trial.checks.push_back(result_of(views.check));
    if (views.check.result.equal() || !trial.pictures.empty()) {
        return;
    }
    trial.pictures.push_back(png_of("what was written", views.written.picture));
    trial.pictures.push_back(png_of("what was read", views.seen.picture));
    trial.pictures.push_back(
        png_of("their difference", difference_picture(views.written.picture, views.seen.picture)));
}

bool comes_from_vulkan(const std::system_error& error) {
    return dynamic_cast<const VulkanError*>(&error) != nullptr ||
           dynamic_cast<const vk::SystemError*>(&error) != nullptr;
}

/// As SharedImage::create(). What the exporter cannot do is a reason, too.
std::expected<SharedImage, Reasons> share_with(const Context& context, Exporter& exporter,
                                               const SharedImage::Options& wanted, bool decoy) try {
    return decoy ? find_mistake("decoy")->share(context, exporter, wanted)
                 : SharedImage::create(context, exporter, wanted);
} catch (const std::system_error& error) {
    if (comes_from_vulkan(error)) {
        throw;
    }
    return std::unexpected(Reasons{error.what()});
}

} // namespace

std::vector<SurveyedDevice> devices_of(const Instance& instance) {
    std::vector<SurveyedDevice> devices;
    for (const vk::raii::PhysicalDevice& device : instance.devices()) {
        const DeviceFacts facts = device_facts(device);
        devices.push_back({.id = id_of(device, facts),
                           .name = facts.name,
                           .driver = facts.driver,
                           .type = facts.type,
                           .vulkan = version_text(facts.api_version),
                           .refusals = facts.refusals,
                           .index = devices.size()});
    }
    number_equal_ids(devices);
    std::ranges::stable_partition(
        devices, [](const SurveyedDevice& device) { return device.type != "Cpu"; });
    return devices;
}

std::expected<TrialBench, Reasons> TrialBench::open(const SurveyedDevice& device,
                                                    const TrialOptions& options) try {
    auto instance = Instance::create({.validate = options.validate});
    if (!instance) {
        return std::unexpected(instance.error());
    }
    auto owned = std::make_unique<Instance>(*std::move(instance));
    auto context = std::make_unique<Context>(*owned, std::move(owned->devices().at(device.index)));
    return TrialBench(std::move(owned), std::move(context), options);
} catch (const std::runtime_error& error) { // the driver's refusal among them
    return std::unexpected(Reasons{text::format("it cannot be opened: {}", error.what())});
}

TrialBench::TrialBench(std::unique_ptr<Instance> instance, std::unique_ptr<Context> context,
                       const TrialOptions& options)
    : instance_(std::move(instance)),
      context_(std::move(context)),
      options_(&options) {}

Trial TrialBench::make(const Combination& of) {
    Trial trial{.of = of};
    try {
        share(trial);
    } catch (const std::exception& error) {
        trial.outcome = Outcome::failed;
        trial.reasons.emplace_back(error.what());
        worn_out_ = true;
    }
    trial.validation = new_messages();
    return trial;
}

void TrialBench::share(Trial& trial) {
    Stopwatch stopwatch;
    const auto step_done = [&](std::string_view step) { stopwatch.lap(std::string(step)); };
    const SharedImage::Options wanted{.extent = options_->picture.extent(),
                                      .fourcc = find_format(trial.of.format)->fourcc,
                                      .method = find_import_method(trial.of.import)};
    auto image = share_with(*context_, exporter(trial.of.exporter), wanted, options_->decoy);
    if (!image) {
        trial.outcome = Outcome::refused;
        trial.reasons = image.error();
        return;
    }
    trial.stride = image->layout().planes[0].stride;
    trial.layout_bytes = image->layout().size();
    trial.buffer_bytes = image->buffer().size();
    const Synchronisation sync = choose_synchronisation(*context_, image->buffer());
    trial.sync = text::format("{}{}{}", sync.name(), sync.by_fences ? "" : ": ", sync.why_not);
    trial.access = image->drawn().access();
    step_done("import");

    const OffscreenRenderer gpu(*context_, image->layout());
    step_done("pipeline");
    Painter cpu(*image, nullptr);
    SharingChecks checks(*context_, *image, gpu, cpu, step_done);
    add(trial, checks.cpu_writes(options_->picture));
    for (const auto& views : {checks.cpu_writes_again(), checks.gpu_writes()}) {
        if (views) {
            add(trial, *views);
        }
    }
    trial.laps = stopwatch.laps();
    trial.outcome =
        std::ranges::all_of(trial.checks,
                            [](const CheckResult& c) { return c.compared > 0 && c.different == 0; })
            ? Outcome::verified
            : Outcome::differs;
}

Exporter& TrialBench::exporter(const std::string& name) {
    std::unique_ptr<Exporter>& open = exporters_[name];
    if (!open) {
        auto opened = open_any_exporter(name);
        if (!opened) {
            throw std::runtime_error(opened.error().front());
        }
        open = *std::move(opened);
    }
    return *open;
}

std::vector<std::string> TrialBench::new_messages() {
    if (instance_->validation_log() == nullptr) {
        return {};
    }
    const std::vector<std::string> all = instance_->validation_log()->messages();
    return {all.begin() + static_cast<std::ptrdiff_t>(std::exchange(messages_, all.size())),
            all.end()};
}

} // namespace parallax::demo::survey
