-- Asks for callers and callees in a real Neovim, with the configuration of docs/editors.md. Env: WS, a Ruby project.
local common = dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'common.lua')
local check, wait = common.check, common.wait
-- What the quickfix list shows, in its order.
local function listed()
  return table.concat(vim.tbl_map(function(item)
    local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(item.bufnr), ':t')
    return name .. ':' .. item.lnum .. ':' .. item.col .. ' ' .. item.text
  end, vim.fn.getqflist()), '\n')
end
local function ask(what, wanted)
  vim.fn.setqflist({})
  vim.cmd('buffer ' .. vim.env.WS .. '/order.rb')
  vim.api.nvim_win_set_cursor(0, { 3, 7 })
  vim.lsp.buf[what]()
  wait(what, function() return #vim.fn.getqflist() > 0 end)
  assert(listed() == wanted, what .. ' gives\n' .. listed())
  vim.cmd('cclose')
end

vim.cmd('edit ' .. vim.env.WS .. '/order.rb')
common.attaches()
check('callers and callees', function()
  ask('incoming_calls', 'order.rb:8:5 Order.report\ncart.rb:7:24 Cart.pay')
  ask('outgoing_calls', 'order.rb:4:5 Order.rate')
  vim.cmd('cfirst')
  assert(vim.api.nvim_get_current_line():find('rate(price)', 1, true), vim.api.nvim_get_current_line())
end)
common.done()
