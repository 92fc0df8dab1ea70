// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace parallax::test {

/// Loads the kernel's virtual GEM driver, which imports by PRIME and has fences.
/// @throws std::runtime_error
void load_vgem();

/// @return its node in /dev/dri; empty if there is none.
std::string find_vgem_card();

/// An open file of vgem; each is a separate importer.
class Vgem {
public:
    /// Loads the module unless it is loaded.
    /// @throws std::runtime_error
    Vgem();

    [[nodiscard]] int fd() const { return fd_.get(); }

    /// @return errno, or 0 and in @p handle the GEM handle of a dma-buf.
    int import(int buffer, std::uint32_t& handle) const noexcept;
    void close(std::uint32_t handle) const noexcept;

private:
    UniqueFd fd_;
};

/// A dma-buf that vgem is attached to. The Vgem must outlive it.
class VgemImport {
public:
    /// @throws std::system_error
    VgemImport(const Vgem& device, int buffer);
    VgemImport(const VgemImport&) = delete;
    VgemImport& operator=(const VgemImport&) = delete;
    ~VgemImport() { device_.close(handle_); }

    [[nodiscard]] std::uint32_t handle() const { return handle_; }

    /// @return another fd of the same dma-buf.
    /// @throws std::system_error
    [[nodiscard]] UniqueFd exported() const;

private:
    const Vgem& device_;
    std::uint32_t handle_ = 0;
};

/// Pending work of a device on a dma-buf: its fence is in the buffer until signal(), or the end of
/// this object. (vgem's own timeout is 10 s.) The device is not attached after the constructor.
class LateFence {
public:
    enum Work { reads, writes };

    /// @throws std::system_error
    LateFence(const Vgem& device, int buffer, Work work);
    LateFence(const LateFence&) = delete;
    LateFence& operator=(const LateFence&) = delete;
    ~LateFence() {
        if (fence_ != 0) {
            signal();
        }
    }

    /// Signals the fence.
    void signal();

private:
    const Vgem& device_;
    std::uint32_t fence_ = 0;
};

} // namespace parallax::test
