// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dma_buf.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parallax::bench {

/// Where dma-bufs under measurement come from: an exporter, in one setting of it.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    [[nodiscard]] virtual const std::string& name() const = 0;

    /// Does beforehand what must not be timed. To be called before every allocate().
    virtual void prepare(std::uint64_t size) = 0;

    /// @throws std::system_error with the exporter's errno.
    [[nodiscard]] virtual DmaBuf allocate(std::uint64_t size) = 0;
};

/// Names of the sources, as the report shows them.
namespace source_name {
inline constexpr auto ours = "exporter";
inline constexpr auto ours_pool = "exporter-pool";
inline constexpr auto system = "system";
inline constexpr auto udmabuf = "udmabuf";
} // namespace source_name

/// Every exporter that is usable here, and this project's own a second time, with its pool.
/// @param largest bytes; limits of the kernel that are in the way are raised where this process
///                may, for as long as the sources live.
/// @param left_out gets a sentence for each exporter that is not usable.
[[nodiscard]] std::vector<std::shared_ptr<Source>> open_sources(std::uint64_t largest,
                                                                std::vector<std::string>& left_out);

} // namespace parallax::bench
