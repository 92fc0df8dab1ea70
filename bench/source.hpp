// SPDX-License-Identifier: MIT
#pragma once

#include "settings.hpp"

#include "parallax/dmabuf/dma_buf.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parallax::bench {

/// A source of dma-bufs: an exporter with one setting.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    [[nodiscard]] virtual const std::string& name() const = 0;

    /// Untimed preparation. To be called before every allocate().
    virtual void prepare(std::uint64_t size) = 0;

    /// @throws std::system_error with the exporter's errno.
    [[nodiscard]] virtual DmaBuf allocate(std::uint64_t size) = 0;
};

using Sources = std::vector<std::shared_ptr<Source>>;

/// Names of the sources in the report.
namespace source_name {
inline constexpr auto ours = "exporter";
inline constexpr auto ours_pool = "exporter-pool";
inline constexpr auto system = "system";
inline constexpr auto udmabuf = "udmabuf";
} // namespace source_name

/// The purpose of opening sources. Listing them does not change the machine.
enum class Purpose { measure, list };

/// Every exporter that is usable here, and this project's own a second time, with its pool.
/// @param settings borrowed: used to raise the kernel's limits, if permitted.
/// @param largest  bytes
/// @param left_out gets a sentence for each exporter that is not usable.
[[nodiscard]] Sources open_sources(Settings& settings, Purpose purpose, std::uint64_t largest,
                                   std::vector<std::string>& left_out);

} // namespace parallax::bench
