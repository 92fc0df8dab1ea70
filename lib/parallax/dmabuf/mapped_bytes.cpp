// SPDX-License-Identifier: MIT
#include "parallax/dmabuf/mapped_bytes.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <sys/mman.h>

namespace parallax {

MappedBytes::MappedBytes(std::size_t size, const Options& options, std::string_view what) {
    void* const start =
        ::mmap(options.address, size, options.protection, options.flags, options.fd, 0);
    if (start == MAP_FAILED) {
        throw_errno(text::format("cannot map {} bytes {}", size, what));
    }
    start_ = {static_cast<std::byte*>(start), Unmap{size}};
}

void MappedBytes::Unmap::operator()(std::byte* start) const noexcept {
    ::munmap(start, size);
}

} // namespace parallax
