// SPDX-License-Identifier: MIT
#pragma once

#include "exporters/exporters.hpp"
#include "offscreen/device_facts.hpp"
#include "offscreen/instance.hpp"
#include "parallax/image/layout.hpp"
#include "parallax/vulkan/import/modifiers.hpp"
#include "parallax/vulkan/import/plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What `parallax probe` asks of the exporters and Vulkan devices of a machine. Values.
namespace parallax::demo {

/// The size of the picture to import: full HD.
inline constexpr Extent probed_extent{.width = 1920, .height = 1080};

struct ExporterReport {
    ListedExporter exporter;
    std::string problem = {}; ///< empty when it is usable
    std::string no_mmap = {}; ///< why the CPU cannot map its memory and call SYNC; empty if it can
    bool read_only = false;   ///< it exports fds without O_RDWR, too
};

struct FormatReport {
    std::string_view name; ///< of the format
    std::string import;    ///< empty if no method can be used
    std::uint64_t stride = 0;
    Reasons refused;
    std::vector<Refusal> methods;             ///< all, each without reasons if it will do
    std::optional<LinearAlignment> alignment; ///< if the method modifier can be used
};

struct ModifierReport {
    std::string_view name;               ///< of the format
    std::vector<ModifierAnswer> answers; ///< one for each modifier that the driver lists
};

struct DeviceReport {
    DeviceFacts facts;                     ///< with failed queries among the refusals
    std::vector<FormatReport> formats;     ///< RGB; empty when the device cannot be used at all
    std::vector<ModifierReport> modifiers; ///< of every format; likewise
};

struct MachineReport {
    std::vector<ExporterReport> exporters;
    Reasons no_vulkan; ///< empty if there is Vulkan
    std::vector<DeviceReport> devices;
    std::size_t validation_messages = 0;

    /// True if there are an exporter and a device that imports.
    [[nodiscard]] bool usable() const;
};

/// Asks all of them. What fails is a reason in the report.
/// @param validate with the validation layers, whose messages go to stderr.
[[nodiscard]] MachineReport probe_machine(bool validate);

/// "caches", "fences" (no more than waiting for these), "driver's".
[[nodiscard]] std::string_view sync_word(SyncWork sync) noexcept;

/// For a terminal of 100 columns.
void print_text(const MachineReport& report);
void print_json(const MachineReport& report);

} // namespace parallax::demo
