// SPDX-License-Identifier: MIT
#pragma once

#include "source.hpp"

#include "parallax/dmabuf/mapping.hpp"

#include <vector>

namespace parallax::bench {

/// A system whose free memory has no contiguous piece of more than 32 KiB (order 3), as after
/// months of use. Ends with the object.
class FragmentedMemory {
public:
    /// @param source that takes the larger pieces which are left.
    /// @throws std::system_error without memory; std::runtime_error if larger pieces remain.
    explicit FragmentedMemory(Source& source);

private:
    void take(Source& source, std::uint64_t size);

    std::vector<MappedBytes> occupied_;
    std::vector<DmaBuf> larger_;
};

} // namespace parallax::bench
