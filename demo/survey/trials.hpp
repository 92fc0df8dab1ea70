// SPDX-License-Identifier: MIT
#pragma once

#include "survey/survey.hpp"

#include "offscreen/context.hpp"
#include "offscreen/instance.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/picture.hpp"

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parallax::demo::survey {

/// The Vulkan devices, real GPUs before CPUs, each with an id of its own.
[[nodiscard]] std::vector<SurveyedDevice> devices_of(const Instance& instance);

/// What all trials of a survey have in common.
struct TrialOptions {
    Picture picture;       ///< what the CPU writes first
    bool decoy = false;    ///< the GPU imports another buffer on purpose
    bool validate = false; ///< with the validation layers
};

/// Makes trials on one device. Owns the device and the exporters that it used.
class TrialBench {
public:
    /// @param options borrowed.
    /// @return the bench, or why the device cannot be opened.
    [[nodiscard]] static std::expected<TrialBench, Reasons> open(const SurveyedDevice& device,
                                                                 const TrialOptions& options);

    /// @return the trial with its outcome.
    [[nodiscard]] Trial make(const Combination& of);

    /// True if a failure may have left the device in a state in which others fail, too.
    [[nodiscard]] bool is_worn_out() const noexcept { return worn_out_; }

private:
    TrialBench(std::unique_ptr<Instance> instance, std::unique_ptr<Context> context,
               const TrialOptions& options);

    void share(Trial& trial);
    [[nodiscard]] Exporter& exporter(const std::string& name);
    [[nodiscard]] std::vector<std::string> new_messages();

    // In order of creation, so that they end in the reverse order.
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
    std::map<std::string, std::unique_ptr<Exporter>> exporters_;
    const TrialOptions* options_;
    std::size_t messages_ = 0; // of the validation layers, that earlier trials have
    bool worn_out_ = false;
};

} // namespace parallax::demo::survey
